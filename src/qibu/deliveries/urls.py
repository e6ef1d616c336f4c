from django.urls import path

from qibu.deliveries import content_views, views
from qibu.deliveries.lists import DeliveryList

app_name = "deliveries"
urlpatterns = [
    path("", views.calendar, name="calendar"),
    path("all/", DeliveryList.as_view(), name="list"),
    path("new/", views.Plan.as_view(), name="new"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/edit/", views.Change.as_view(), name="edit"),
    path("<int:pk>/cancellation/", views.CallOff.as_view(), name="call-off"),
    path("<int:pk>/checklist/", views.checklist, name="checklist"),
    path("<int:pk>/checklist/<int:tick_id>/", views.tick, name="tick"),
    path("<int:pk>/photos/", views.photo, name="photo"),
    path("<int:pk>/signature/", views.signature, name="signature"),
    path("<int:pk>/files/<int:file_id>/", views.file, name="file"),
    path("<int:pk>/files/<int:file_id>/removal/", views.file_removal, name="file-removal"),
    path("<int:pk>/record/", views.Record.as_view(), name="record"),
    path("<int:pk>/taking-back/", views.TakeBack.as_view(), name="take-back"),
    path("<int:pk>/sheet/", views.sheet, name="sheet"),
    path("lists/", content_views.list_of, {"part": "preparation"}, name="lists"),
    path("lists/<slug:part>/", content_views.list_of, name="list-of"),
    path("lists/<slug:part>/inherit/", content_views.list_inherit, name="list-inherit"),
    path("warranties/", content_views.warranties, name="warranties"),
    path("warranties/withdrawal/", content_views.warranty_withdrawal, name="warranty-withdrawal"),
]

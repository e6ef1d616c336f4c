from django.urls import path

from qibu.connect import price_views, roster_views, stock_views, views
from qibu.connect.listing import ImportList

app_name = "connect"
urlpatterns = [
    path("", ImportList.as_view(), name="list"),
    path("new/", views.upload, name="new"),
    path("staff/", roster_views.upload, name="roster"),
    path("staff/people/", roster_views.take, name="roster-take"),
    path("staff/sign-ins/", roster_views.sign_ins, name="roster-sign-ins"),
    path("prices/", price_views.upload, name="prices"),
    path("prices/cars/", price_views.take, name="prices-take"),
    path("stock/", stock_views.upload, name="stock"),
    path("stock/cars/", stock_views.load, name="stock-load"),
    path("<int:import_id>/", views.detail, name="detail"),
    path("<int:import_id>/progress/", views.progress, name="progress"),
    path("<int:import_id>/sheet/", views.sheet, name="sheet"),
    path("<int:import_id>/kind/", views.kind, name="kind"),
    path("<int:import_id>/mapping/", views.mapping, name="mapping"),
    path("<int:import_id>/basis/", views.basis, name="basis"),
    path("<int:import_id>/problems/", views.problems, name="problems"),
    path("<int:import_id>/load/", views.load, name="load"),
    path("<int:import_id>/stop/", views.stop, name="stop"),
    path("<int:import_id>/restart/", views.restart, name="restart"),
    path("<int:import_id>/removal/", views.removal, name="removal"),
    path("<int:import_id>/rejected/", views.rejected, name="rejected"),
    path("<int:import_id>/undo/", views.undo, name="undo"),
]

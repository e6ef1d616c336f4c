from django.urls import path

from qibu.vehicles import views

app_name = "vehicles"
urlpatterns = [
    path("new/", views.Create.as_view(), name="create"),
    path("people/", views.people, name="people"),
    path("find/", views.find, name="find"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/edit/", views.Edit.as_view(), name="edit"),
    path("<int:pk>/readings/", views.Read.as_view(), name="readings"),
    path("<int:pk>/policies/", views.AddPolicy.as_view(), name="policies"),
    path("<int:pk>/policies/<int:policy>/", views.EditPolicy.as_view(), name="policy"),
    path("<int:pk>/policies/<int:policy>/removal/", views.remove_policy, name="policy-removal"),
    path("<int:pk>/transfer/", views.Transfer.as_view(), name="transfer"),
    path("<int:pk>/transfers/<int:transfer>/", views.transferred, name="transferred"),
    path("<int:pk>/transfers/<int:transfer>/undo/", views.undo_transfer, name="transfer-undo"),
    path("<int:pk>/owner/", views.AddOwner.as_view(), name="owner"),
    path("<int:pk>/parts/", views.AddPart.as_view(), name="parts"),
    path("<int:pk>/parts/<int:part>/last-day/", views.LimitPart.as_view(), name="part-limit"),
    path("<int:pk>/parts/<int:part>/end/", views.EndPart.as_view(), name="part-end"),
]

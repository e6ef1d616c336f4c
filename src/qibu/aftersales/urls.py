from django.urls import path

from qibu.aftersales import views
from qibu.aftersales.lists import VisitList

app_name = "aftersales"
urlpatterns = [
    path("", VisitList.as_view(), name="list"),
    path("new/", views.Create.as_view(), name="create"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/of/<int:of>/", views.detail, name="detail-of"),
    path("<int:pk>/edit/", views.Edit.as_view(), name="edit"),
    path("customers/<int:pk>/", views.of_customer, name="of-customer"),
]

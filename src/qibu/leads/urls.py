from django.urls import path

from qibu.leads import views
from qibu.leads.lists import LeadList

app_name = "leads"
urlpatterns = [
    path("", LeadList.as_view(), name="list"),
    path("<int:pk>/", views.detail, name="detail"),
    path("customers/<int:pk>/", views.of_customer, name="of-customer"),
]

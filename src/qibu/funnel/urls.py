from django.urls import path

from qibu.funnel import views
from qibu.funnel.lists import CountedLeads

app_name = "funnel"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("leads/", CountedLeads.as_view(), name="leads"),
    path("costs/", views.source_costs, name="costs"),
]

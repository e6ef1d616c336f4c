"""Addresses for other systems. They are promised: what changes gets a new number."""

from django.urls import path

from qibu.intake.api import views

app_name = "api"
urlpatterns = [
    path("openapi.json", views.description, name="openapi"),
    path("leads", views.leads, name="leads"),
    path("leads/adf", views.leads_adf, name="leads-adf"),
    path("leads/<int:pk>", views.lead, name="lead"),
    path("leads/<int:pk>/adf", views.lead_adf, name="lead-adf"),
]

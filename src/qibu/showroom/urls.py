from __future__ import annotations

from django.urls import URLPattern

app_name = "showroom"
urlpatterns: list[URLPattern] = []

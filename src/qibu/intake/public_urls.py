"""Addresses for strangers: short, since they stand behind QR codes."""

from django.urls import path

from qibu.intake.views import public

app_name = "form"
urlpatterns = [
    path("<str:secret>/", public.form, name="page"),
    path("<str:secret>/embed/", public.embedded, name="embedded"),
    path("<str:secret>/thanks/", public.thanks, name="thanks"),
    path("<str:secret>/embed/thanks/", public.embedded_thanks, name="embedded-thanks"),
]

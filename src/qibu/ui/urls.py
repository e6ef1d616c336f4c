from django.urls import path

from qibu.ui import views

app_name = "ui"
urlpatterns = [
    path("", views.styleguide, name="styleguide"),
    path("<slug:part>/", views.styleguide_part, name="styleguide_part"),
]

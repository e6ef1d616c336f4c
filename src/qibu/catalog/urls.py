from django.urls import path

from qibu.catalog import views

app_name = "catalog"
urlpatterns = [
    path("cars/", views.car_list, name="cars"),
    path("cars/new/", views.new_car, name="new-car"),
    path("cars/<slug:code>/", views.car, name="car"),
    path("extras/", views.extra_list, name="extras"),
    path("extras/new/", views.new_extra, name="new-extra"),
    path("extras/<slug:code>/", views.extra, name="extra"),
    path("tables/", views.table_list, name="tables"),
    path("tables/<slug:code>/", views.table, name="table"),
]

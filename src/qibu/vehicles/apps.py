from django.apps import AppConfig


class VehiclesConfig(AppConfig):
    name = "qibu.vehicles"
    label = "vehicles"

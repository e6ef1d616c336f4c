from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class VehiclesConfig(AppConfig):
    name = "qibu.vehicles"
    label = "vehicles"

    def ready(self) -> None:
        autodiscover_modules("transferring")  # what apps do when a car goes over to another owner

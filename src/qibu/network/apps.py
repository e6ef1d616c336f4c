from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class NetworkConfig(AppConfig):
    name = "qibu.network"
    label = "network"

    def ready(self) -> None:
        # Every app says in a module called portfolio what a hand-over moves.
        autodiscover_modules("portfolio")

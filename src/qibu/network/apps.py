from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class NetworkConfig(AppConfig):
    name = "qibu.network"
    label = "network"

    def ready(self) -> None:
        # Every app says in modules called so what a hand-over moves, how its part of the audit trail reads, what of its
        # content is inherited, and what can be done to many rows at once, or leave the house.
        autodiscover_modules("portfolio", "trail", "inheriting", "batches", "exports")

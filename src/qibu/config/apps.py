from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ConfigConfig(AppConfig):
    """Last of all: what every app says of itself to readers of the journal and to backups is found here."""

    name = "qibu.config"
    label = "config"

    def ready(self) -> None:
        autodiscover_modules("handlers", "holdings", "restoring")

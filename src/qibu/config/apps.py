from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ConfigConfig(AppConfig):
    """Last of all: every app's readers of the journal are found here."""

    name = "qibu.config"
    label = "config"

    def ready(self) -> None:
        autodiscover_modules("handlers")

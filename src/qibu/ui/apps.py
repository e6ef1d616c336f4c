from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class UiConfig(AppConfig):
    name = "qibu.ui"
    label = "ui"

    def ready(self) -> None:
        # Every app may add to pages of others by a module called slots.
        autodiscover_modules("slots")

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CustomersConfig(AppConfig):
    name = "qibu.customers"
    label = "customers"

    def ready(self) -> None:
        autodiscover_modules("merging")  # what is special about an app's rows when two customers become one
        autodiscover_modules("erasing")  # what of an app's rows tells who a customer was

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "qibu.customers"
    label = "customers"

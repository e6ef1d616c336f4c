from django.apps import AppConfig


class DeliveriesConfig(AppConfig):
    name = "qibu.deliveries"
    label = "deliveries"

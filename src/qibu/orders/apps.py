from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "qibu.orders"
    label = "orders"

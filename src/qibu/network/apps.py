from django.apps import AppConfig


class NetworkConfig(AppConfig):
    name = "qibu.network"
    label = "network"

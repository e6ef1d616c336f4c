from django.apps import AppConfig


class ConnectConfig(AppConfig):
    name = "qibu.connect"
    label = "connect"

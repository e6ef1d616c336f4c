from django.apps import AppConfig


class FunnelConfig(AppConfig):
    name = "qibu.funnel"
    label = "funnel"

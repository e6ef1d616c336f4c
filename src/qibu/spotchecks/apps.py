from django.apps import AppConfig


class SpotchecksConfig(AppConfig):
    name = "qibu.spotchecks"
    label = "spotchecks"

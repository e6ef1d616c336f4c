from django.apps import AppConfig


class CareConfig(AppConfig):
    name = "qibu.care"
    label = "care"

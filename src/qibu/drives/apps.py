from django.apps import AppConfig


class DrivesConfig(AppConfig):
    name = "qibu.drives"
    label = "drives"

from django.apps import AppConfig


class ShowroomConfig(AppConfig):
    name = "qibu.showroom"
    label = "showroom"

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "qibu.intake"
    label = "intake"

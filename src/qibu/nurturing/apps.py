from django.apps import AppConfig


class NurturingConfig(AppConfig):
    name = "qibu.nurturing"
    label = "nurturing"

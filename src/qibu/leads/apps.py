from django.apps import AppConfig


class LeadsConfig(AppConfig):
    name = "qibu.leads"
    label = "leads"

from django.apps import AppConfig


class ContactConfig(AppConfig):
    name = "qibu.contact"
    label = "contact"

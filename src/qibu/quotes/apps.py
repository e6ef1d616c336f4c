from django.apps import AppConfig


class QuotesConfig(AppConfig):
    name = "qibu.quotes"
    label = "quotes"

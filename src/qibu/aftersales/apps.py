from django.apps import AppConfig


class AftersalesConfig(AppConfig):
    name = "qibu.aftersales"
    label = "aftersales"

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "qibu.catalog"
    label = "catalog"

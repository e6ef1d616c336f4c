from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "qibu.kernel"
    label = "kernel"

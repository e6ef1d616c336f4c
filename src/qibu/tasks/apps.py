from django.apps import AppConfig


class TasksConfig(AppConfig):
    name = "qibu.tasks"
    label = "tasks"

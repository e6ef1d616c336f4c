from django.db import migrations

from qibu.kernel.operations import SecureTable


class Migration(migrations.Migration):
    dependencies = [("tasks", "0001_initial"), ("vehicles", "0002_row_security")]

    operations = [
        SecureTable("task"),
        SecureTable("attempt"),
        SecureTable("clock"),
        SecureTable("escalation"),
        SecureTable("rung", inherited=True),
        SecureTable("workcalendar", inherited=True),
        SecureTable("calendarday", inherited=True),
    ]

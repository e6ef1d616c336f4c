from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("care", "0009_field_by_field")]

    operations = [
        migrations.AddField(
            "maintenanceinterval", "brand", models.CharField(blank=True, default="", max_length=40)
        ),
        migrations.AlterField("maintenanceinterval", "first_km", models.PositiveIntegerField(null=True)),
        migrations.AlterField("maintenanceinterval", "first_months", models.PositiveSmallIntegerField(null=True)),
        migrations.AlterField("maintenanceinterval", "km", models.PositiveIntegerField(null=True)),
        migrations.AlterField("maintenanceinterval", "months", models.PositiveSmallIntegerField(null=True)),
        migrations.AddConstraint(
            "maintenanceinterval",
            models.UniqueConstraint(
                fields=("organisation", "brand", "series", "energy"), name="interval_of_line_once"
            ),
        ),
    ]

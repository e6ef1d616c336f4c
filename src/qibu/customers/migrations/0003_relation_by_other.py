from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0002_row_security")]

    operations = [
        migrations.AddIndex(
            model_name="relation",
            index=models.Index(fields=["organisation", "other"], name="relation_by_other"),
        ),
    ]

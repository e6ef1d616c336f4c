from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("customers", "0010_tags_of_loads"),
    ]

    operations = [
        migrations.AddField(
            model_name='duplicate',
            name='made_relation',
            field=models.BigIntegerField(null=True),
        ),
    ]

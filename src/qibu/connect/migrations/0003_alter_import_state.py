from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("connect", "0002_row_security")]

    operations = [
        migrations.AlterField(
            model_name="import",
            name="state",
            field=models.TextField(
                choices=[
                    ("uploaded", "已上传"), ("reading", "读取中"), ("read", "待核对列"), ("checking", "检查中"),
                    ("checked", "待载入"), ("loading", "载入中"), ("loaded", "已载入"), ("stopped", "已停止"),
                    ("failed", "未成功"), ("undoing", "撤销中"), ("undone", "已撤销"),
                ],
                default="uploaded",
            ),
        ),
    ]

import django.db.models.deletion
import django.db.models.functions.comparison
from django.db import migrations, models

import qibu.kernel.fields


class Migration(migrations.Migration):

    dependencies = [
        ('network', '0007_absence_security'),
        ('tasks', '0010_overridden_below'),
    ]

    operations = [
        migrations.AddField(
            model_name='clock',
            name='breach_cause',
            field=models.TextField(blank=True, choices=[('unreachable', '客户联系不上'), ('short_handed', '人手不足'), ('waiting', '等配件、等答复'), ('handed_late', '转交晚了'), ('forgotten', '忘记了'), ('other', '其他')], db_default='', default=''),
        ),
        migrations.AddField(
            model_name='clock',
            name='breached_with',
            field=qibu.kernel.fields.TenantForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='network.staff'),
        ),
        migrations.AddField(
            model_name='clock',
            name='explained_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='clock',
            name='explained_by',
            field=qibu.kernel.fields.TenantForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='network.staff'),
        ),
        migrations.AddIndex(
            model_name='clock',
            index=models.Index(models.F('organisation'), django.db.models.functions.comparison.Coalesce('breached_at', 'due_at'), name='clock_by_day'),
        ),
    ]

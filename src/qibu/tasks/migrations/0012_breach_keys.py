from django.db import migrations

from qibu.kernel.operations import SecureKey

# Reasons given in words alone are of the list's last kind; whose a breach was is whose work it is or was when it ended.
KNOWN_BEFORE = """
UPDATE tasks_clock c
   SET breach_cause = CASE WHEN c.breach_reason = '' THEN '' ELSE 'other' END, breached_with_id = t.assignee_id
  FROM tasks_task t
 WHERE t.organisation_id = c.organisation_id AND t.id = c.task_id AND c.breached_at IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [("tasks", "0011_breach_causes")]

    operations = [
        SecureKey("clock", "breached_with"),
        SecureKey("clock", "explained_by"),
        migrations.RunSQL(KNOWN_BEFORE, migrations.RunSQL.noop),
    ]

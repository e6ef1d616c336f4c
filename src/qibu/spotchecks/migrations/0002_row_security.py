from django.db import migrations

from qibu.kernel.operations import SecureKey, SecureTable

# What was agreed is added to and nothing else: a mistake is set off by a further row.
APPEND_ONLY = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON spotchecks_ledgerentry
  FOR EACH STATEMENT EXECUTE FUNCTION kernel_append_only();
REVOKE UPDATE, DELETE, TRUNCATE ON spotchecks_ledgerentry FROM qibu_app;
"""
BEFORE = """
DROP TRIGGER append_only ON spotchecks_ledgerentry;
GRANT UPDATE, DELETE ON spotchecks_ledgerentry TO qibu_app;
"""
UNIQUE = "ALTER TABLE spotchecks_ledgerentry ADD UNIQUE (organisation_id, id)"


class Migration(migrations.Migration):
    dependencies = [
        ("spotchecks", "0001_initial"), ("leads", "0002_row_security"), ("tasks", "0013_seal_functions"),
        ("kernel", "0008_append_only"),
    ]

    operations = [
        SecureTable("samplerule", inherited=True),
        SecureTable("question", inherited=True),
        SecureTable("draw"),
        SecureTable("check"),
        SecureTable("proposal"),
        SecureTable("ledgerentry", append_only=True),
        migrations.RunSQL(UNIQUE, "SELECT 1"),
        SecureKey("ledgerentry", "staff"),
        SecureKey("ledgerentry", "by"),
        SecureKey("ledgerentry", "proposal"),
        SecureKey("ledgerentry", "sets_off"),
        migrations.RunSQL(APPEND_ONLY, BEFORE),
    ]

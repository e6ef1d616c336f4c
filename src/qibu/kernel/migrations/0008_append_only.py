from django.db import migrations

from qibu.kernel.operations import WRITE_ORG, SecureTable

# Journal and chain are added to and nothing else. The product's role has no right to more, and the trigger stops the
# owner's hand, too, who would have to take it away first. New entries carry their own transaction's number: none can be
# slipped in where the chain is sealed already.
APPEND_ONLY = """
CREATE FUNCTION kernel_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is only added to', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON kernel_entry
  FOR EACH STATEMENT EXECUTE FUNCTION kernel_append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON kernel_seal
  FOR EACH STATEMENT EXECUTE FUNCTION kernel_append_only();
REVOKE UPDATE, DELETE, TRUNCATE ON kernel_entry, kernel_seal FROM qibu_app;
"""
BEFORE = """
DROP TRIGGER append_only ON kernel_entry;
DROP TRIGGER append_only ON kernel_seal;
DROP FUNCTION kernel_append_only();
GRANT UPDATE, DELETE ON kernel_entry, kernel_seal TO qibu_app;
"""
OWN_TRANSACTION = f"""
ALTER POLICY tenant_write ON kernel_entry
  WITH CHECK ({WRITE_ORG} AND xid = (SELECT pg_current_xact_id()::text::bigint))
"""
ANY_TRANSACTION = f"ALTER POLICY tenant_write ON kernel_entry WITH CHECK ({WRITE_ORG})"


class Migration(migrations.Migration):
    dependencies = [("kernel", "0007_seal")]

    operations = [
        SecureTable("seal", append_only=True),
        migrations.RunSQL(APPEND_ONLY, BEFORE),
        migrations.RunSQL(OWN_TRANSACTION, ANY_TRANSACTION),
    ]

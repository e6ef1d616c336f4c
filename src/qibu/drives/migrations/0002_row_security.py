from django.db import migrations

from qibu.kernel.operations import SecureTable

# A customer's phone has no scope: the function tells which drive a link is of, as long as it lasts and the customer
# wasn't erased, and nothing else. The fingerprint of a token can't be guessed.
FUNCTION = """
CREATE FUNCTION drives_linked(fingerprint bytea) RETURNS TABLE (organisation_id bigint, drive_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT l.organisation_id, l.drive_id FROM drives_feedbacklink l
    JOIN drives_drive d ON d.organisation_id = l.organisation_id AND d.id = l.drive_id
    JOIN leads_lead k ON k.organisation_id = d.organisation_id AND k.id = d.lead_id
    JOIN customers_customer c ON c.organisation_id = k.organisation_id AND c.id = k.customer_id
   WHERE l.token = fingerprint AND l.expires_at > now() AND c.erased_at IS NULL
$$
"""


class Migration(migrations.Migration):
    dependencies = [("drives", "0001_initial"), ("leads", "0002_row_security")]

    operations = [
        SecureTable("drivepolicy", inherited=True),
        SecureTable("agreementtext", inherited=True),
        SecureTable("democar"),
        SecureTable("route"),
        SecureTable("drive"),
        SecureTable("licence"),
        SecureTable("signature"),
        SecureTable("feedback"),
        SecureTable("feedbacklink"),
        migrations.RunSQL(FUNCTION, "DROP FUNCTION drives_linked(bytea)"),
    ]

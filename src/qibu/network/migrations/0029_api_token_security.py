from django.db import migrations

from qibu.kernel.operations import SecureTable

# Asked before any scope is open: whose a living token is. Who doesn't have the token has no hash to ask with.
BEHIND = """
CREATE FUNCTION network_api_token(shown bytea) RETURNS TABLE (organisation_id bigint, token_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT t.organisation_id, t.id FROM network_apitoken t WHERE t.hash = shown AND t.revoked_at IS NULL
$$
"""


class Migration(migrations.Migration):
    dependencies = [("network", "0028_api_token")]

    operations = [
        SecureTable("apitoken"),
        migrations.RunSQL(BEHIND, "DROP FUNCTION network_api_token(bytea)"),
    ]

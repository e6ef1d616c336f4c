from django.db import migrations

from qibu.kernel.operations import SecureKey, SecureTable

# Whom to call is new: the cars in which several people have a part are reckoned again, as the reader begins anew.
RECKON_ANEW = (
    """DELETE FROM care_reckoned r USING vehicles_ownership o
        WHERE o.organisation_id = r.organisation_id AND o.vehicle_id = r.vehicle_id
          AND o.until IS NULL AND o.role <> 'owner'""",
    "DELETE FROM kernel_readerposition WHERE reader = 'care.dues'",
)


class Migration(migrations.Migration):
    dependencies = [("care", "0006_callees"), ("vehicles", "0006_transfer_security")]

    operations = [
        SecureTable("callee"),
        SecureKey("due", "callee"),
        migrations.RunSQL(RECKON_ANEW, migrations.RunSQL.noop),
    ]

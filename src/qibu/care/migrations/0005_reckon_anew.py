from django.db import migrations

# Deliveries and warranties fall due since 0004, also for the cars that a store knew before: the reader begins the
# journal again, and each car is reckoned once. What had fallen due keeps its row, so no task is made twice.
RECKON_ANEW = (
    "DELETE FROM care_reckoned",
    "DELETE FROM kernel_readerposition WHERE reader = 'care.dues'",
)


class Migration(migrations.Migration):

    dependencies = [
        ('care', '0004_more_triggers'),
        ('kernel', '0005_parked_security'),
    ]

    operations = [migrations.RunSQL(RECKON_ANEW, migrations.RunSQL.noop)]

from django.db import migrations

# Which organisations have clocks to look at is asked by the worker once a minute, before any scope is open: the
# function tells nothing but their numbers.
FUNCTION = """
CREATE FUNCTION tasks_organisations_with_due_clocks(at timestamptz) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT DISTINCT organisation_id FROM tasks_clock WHERE climb_at <= at
$$
"""


class Migration(migrations.Migration):
    dependencies = [("tasks", "0003_desks_tokens_swaps")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION tasks_organisations_with_due_clocks(timestamptz)"),
    ]

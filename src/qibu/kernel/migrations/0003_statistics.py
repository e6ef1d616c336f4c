from django.db import migrations

# After a bulk load the planner must not go by the statistics of an empty table, and the product's own role may
# not ANALYZE tables that belong to the owner.
ANALYSE = """
CREATE FUNCTION kernel_analyse(VARIADIC names text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY names LOOP
    EXECUTE format('ANALYZE %I', name);
  END LOOP;
END
$$
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0002_row_security")]

    operations = [migrations.RunSQL(ANALYSE, "DROP FUNCTION kernel_analyse(text[])")]

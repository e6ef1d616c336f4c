"""A migration operation: what somebody writes for a file in the moment in which it is merged goes to the survivor.

Keys are checked when a transaction ends, so without this a row that is just being written would neither be seen by the
merge nor wait for it, and stay behind. The trigger holds the customer as the key's own check would (FOR KEY SHARE: it
waits for a merge that has begun and keeps one from beginning), and then reads where the file went. Taking a merge back
writes rows for the file before it lives again, and says so (`qibu.unmerging`).
"""

from __future__ import annotations

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

# The customers are asked for by their numbers in one array: right after a bulk load there are no statistics, and a join
# would take minutes. Locked first, then looked at: the other way round a merge in progress would be overlooked.
# A twin that the survivor has already says the same: the new row is not kept beside it.
FUNCTION = """
CREATE OR REPLACE FUNCTION customers_follow_merges() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    merged bigint[];
    gone record;
BEGIN
    IF current_setting('qibu.unmerging', true) = 'on' THEN RETURN NULL; END IF;
    EXECUTE format(
        'WITH held AS MATERIALIZED (
             SELECT c.id, c.merged_into_id FROM customers_customer c
              WHERE c.id = ANY (ARRAY(SELECT DISTINCT %1$I FROM fresh WHERE %1$I IS NOT NULL))
              ORDER BY c.id FOR KEY SHARE OF c)
         SELECT array_agg(id) FROM held WHERE merged_into_id IS NOT NULL', TG_ARGV[0])
      INTO merged;
    IF merged IS NULL THEN RETURN NULL; END IF;
    FOR gone IN EXECUTE format(
        'SELECT n.organisation_id, n.id, c.merged_into_id AS survivor FROM fresh n
           JOIN customers_customer c ON c.organisation_id = n.organisation_id AND c.id = n.%1$I
          WHERE n.%1$I = ANY ($1) ORDER BY n.id', TG_ARGV[0]) USING merged
    LOOP
        BEGIN
            EXECUTE format('UPDATE %s SET %I = $1 WHERE organisation_id = $2 AND id = $3',
                           TG_RELID::regclass, TG_ARGV[0])
              USING gone.survivor, gone.organisation_id, gone.id;
        EXCEPTION WHEN unique_violation THEN
            EXECUTE format('DELETE FROM %s WHERE organisation_id = $1 AND id = $2', TG_RELID::regclass)
              USING gone.organisation_id, gone.id;
        END;
    END LOOP;
    RETURN NULL;
END $$
"""
# A form that was read before the merge and writes the whole row afterwards names the old file again.
KEEP = """
CREATE FUNCTION customers_keep_merges() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    survivor bigint;
BEGIN
    IF current_setting('qibu.unmerging', true) = 'on' THEN RETURN NEW; END IF;
    SELECT c.merged_into_id INTO survivor FROM customers_customer c
     WHERE c.organisation_id = NEW.organisation_id AND c.id = (to_jsonb(NEW) ->> TG_ARGV[0])::bigint FOR KEY SHARE OF c;
    IF survivor IS NOT NULL THEN
        NEW := jsonb_populate_record(NEW, jsonb_build_object(TG_ARGV[0], survivor));
    END IF;
    RETURN NEW;
END $$
"""


class FollowMerges(Operation):
    """On a table whose rows belong to customers by `column`. A test fails for one that has none."""

    reversible = True
    reduces_to_sql = True

    def __init__(self, table: str, column: str = "customer_id") -> None:
        self.table, self.column = table, column

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return self.__class__.__name__, [self.table, self.column], {}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        pass

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState, to_state: ProjectState,
    ) -> None:
        schema_editor.execute(
            f"CREATE TRIGGER {self._name('insert')} AFTER INSERT ON {self.table} REFERENCING NEW TABLE AS fresh "
            f"FOR EACH STATEMENT EXECUTE FUNCTION customers_follow_merges('{self.column}')"
        )
        schema_editor.execute(
            f"CREATE TRIGGER {self._name('update')} BEFORE UPDATE OF {self.column} ON {self.table} FOR EACH ROW "
            f"WHEN (OLD.{self.column} IS DISTINCT FROM NEW.{self.column}) "
            f"EXECUTE FUNCTION customers_keep_merges('{self.column}')"
        )

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState, to_state: ProjectState,
    ) -> None:
        for event in ("insert", "update"):
            schema_editor.execute(f"DROP TRIGGER {self._name(event)} ON {self.table}")

    def describe(self) -> str:
        return f"Rows of {self.table} follow the merges of their customers"

    def _name(self, event: str) -> str:
        return f"follow_merges_{event}_{self.column}"

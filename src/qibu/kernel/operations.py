"""Migration operations for what Django can't declare: row security and composite keys."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.operations.special import RunSQL
from django.db.migrations.state import ProjectState

READ_ORGS = "organisation_id = ANY ((SELECT current_setting('qibu.read_orgs')::bigint[])::bigint[])"
WRITE_ORG = "organisation_id = (SELECT current_setting('qibu.write_org')::bigint)"
LINEAGE = (
    "organisation_id IS NULL OR organisation_id = ANY "
    "((SELECT network_lineage(current_setting('qibu.write_org')::bigint))::bigint[])"
)


class SecureTable(Operation):
    """Switch on row security for a model's table and make its tenant keys composite.

    `inherited`: rows of the organisation's lineage and shipped rows (organisation null) can be read.
    `append_only`: the product's role may select and insert, nothing else.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, model: str, *, inherited: bool = False, append_only: bool = False) -> None:
        self.model, self.inherited, self.append_only = model, inherited, append_only

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        options = {"inherited": self.inherited, "append_only": self.append_only}
        return self.__class__.__name__, [self.model], {key: True for key, on in options.items() if on}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        pass

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState, to_state: ProjectState,
    ) -> None:
        model = to_state.apps.get_model(app_label, self.model)
        for statement in self._policies(model._meta.db_table):
            schema_editor.execute(statement)
        if not self.inherited and not self.append_only:
            for field in tenant_keys(model):
                schema_editor.execute(composite_key(model, field))

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState, to_state: ProjectState,
    ) -> None:
        model = from_state.apps.get_model(app_label, self.model)
        table = model._meta.db_table
        if not self.inherited and not self.append_only:
            for field in tenant_keys(model):
                schema_editor.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {key_name(table, field.column)}")
            schema_editor.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {table}_organisation_id_id_key")
        schema_editor.execute(f"DROP POLICY tenant_read ON {table}")
        schema_editor.execute(f"DROP POLICY tenant_write ON {table}")
        schema_editor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")

    def describe(self) -> str:
        return f"Row security for {self.model}"

    def _policies(self, table: str) -> list[str]:
        read = LINEAGE if self.inherited else READ_ORGS
        statements = [f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"]
        statements.append(f"CREATE POLICY tenant_read ON {table} FOR SELECT USING ({read})")
        if self.append_only:
            statements.append(f"CREATE POLICY tenant_write ON {table} FOR INSERT WITH CHECK ({WRITE_ORG})")
            return statements
        statements.append(
            f"CREATE POLICY tenant_write ON {table} FOR ALL USING ({WRITE_ORG}) WITH CHECK ({WRITE_ORG})"
        )
        if not self.inherited:
            statements.append(f"ALTER TABLE {table} ADD UNIQUE (organisation_id, id)")
        return statements


class SecureKey(Operation):
    """Make one `TenantForeignKey`, added after its table was secured, composite."""

    reversible = True
    reduces_to_sql = True

    def __init__(self, model: str, field: str) -> None:
        self.model, self.field = model, field

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return self.__class__.__name__, [self.model, self.field], {}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        pass

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState, to_state: ProjectState,
    ) -> None:
        model = to_state.apps.get_model(app_label, self.model)
        schema_editor.execute(composite_key(model, model._meta.get_field(self.field)))

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState, to_state: ProjectState,
    ) -> None:
        model = from_state.apps.get_model(app_label, self.model)
        name = key_name(model._meta.db_table, model._meta.get_field(self.field).column)
        schema_editor.execute(f"ALTER TABLE {model._meta.db_table} DROP CONSTRAINT {name}")

    def describe(self) -> str:
        return f"Composite key for {self.model}.{self.field}"


class SealFunction(Operation):
    """A function that answers with its owner's rights looks for tables in `public`, and last among temporary ones.

    Where their schema isn't named it comes first, and the product's role, which may make temporary tables, could put
    one of its own in place of what the function reads (CREATE FUNCTION, "Writing SECURITY DEFINER Functions Safely").
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, function: str) -> None:
        self.function = function

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return self.__class__.__name__, [self.function], {}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        pass

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState, to_state: ProjectState,
    ) -> None:
        schema_editor.execute(f"ALTER FUNCTION {self.function} SET search_path = public, pg_temp")

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState, to_state: ProjectState,
    ) -> None:
        schema_editor.execute(f"ALTER FUNCTION {self.function} SET search_path = public")

    def describe(self) -> str:
        return f"Tables of its own for {self.function}"


def tenant_keys(model: type[models.Model]) -> list[Any]:
    """The model's foreign keys to other tenant tables, in order of declaration."""
    return [field for field in model._meta.local_fields if getattr(field, "tenant_key", False)]


def key_name(table: str, column: str) -> str:
    return f"{table}_{column}_org"[:63]


def composite_key(model: type[models.Model], field: Any) -> str:
    table, target = model._meta.db_table, field.related_model._meta.db_table
    return (
        f"ALTER TABLE {table} ADD CONSTRAINT {key_name(table, field.column)} "
        f"FOREIGN KEY (organisation_id, {field.column}) REFERENCES {target} (organisation_id, id) "
        "DEFERRABLE INITIALLY DEFERRED"
    )


# Row security shows nobody the rows of those below: the function tells who of them has a word of its own on what.
BELOW = """
CREATE FUNCTION {function}() RETURNS TABLE (kind text, key text, organisation_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH RECURSIVE tree AS (
    SELECT id FROM network_organisation WHERE parent_id = current_setting('qibu.write_org')::bigint
    UNION ALL
    SELECT under.id FROM network_organisation under JOIN tree ON under.parent_id = tree.id
  )
  {told}
$$
"""
TOLD = "SELECT '{kind}', {key}, t.organisation_id FROM {table} t WHERE t.organisation_id IN (SELECT id FROM tree)"


def overridden_below(function: str, **told: tuple[str, str]) -> RunSQL:
    """`told`: kind → table of inherited content, and an expression of its columns for the key."""
    parts = [TOLD.format(kind=kind, table=table, key=key) for kind, (table, key) in told.items()]
    create = BELOW.format(function=function, told="\n  UNION\n  ".join(parts))  # each key once
    return RunSQL(create, f"DROP FUNCTION {function}()")

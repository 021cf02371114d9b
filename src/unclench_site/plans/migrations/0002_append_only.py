"""Rows of this room are added and never changed: the database itself refuses an update.

The one exception is the reference to somebody who erases their account: it may become empty.
"""

from collections.abc import Iterator
from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SEALED = {
    "treatment": None,
    "healthdetails": None,
    "pumpdetails": None,
    "careplan": None,
    "planversion": "signed_by_id",
    "planmark": "by_id",
}

SQLITE = """
CREATE TRIGGER {name} BEFORE UPDATE OF {columns} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
SQLITE_WHO = """
CREATE TRIGGER {name}_who BEFORE UPDATE OF {who} ON {table} WHEN NEW.{who} IS NOT NULL
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
POSTGRESQL_REFUSE = """
CREATE FUNCTION plans_refuse_update() RETURNS trigger LANGUAGE plpgsql AS $refuse$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END $refuse$
"""
POSTGRESQL = """
CREATE TRIGGER {name} BEFORE UPDATE OF {columns} ON {table}
FOR EACH ROW EXECUTE FUNCTION plans_refuse_update()
"""
POSTGRESQL_WHO = """
CREATE TRIGGER {name}_who BEFORE UPDATE OF {who} ON {table}
FOR EACH ROW WHEN (NEW.{who} IS NOT NULL) EXECUTE FUNCTION plans_refuse_update()
"""


def parts(apps: Apps) -> Iterator[dict[str, Any]]:
    """Give each table with its columns and the one that may become empty."""
    for model_name, who in SEALED.items():
        model = apps.get_model("plans", model_name)
        columns = [field.column for field in model._meta.local_fields if field.column != who]
        table = model._meta.db_table
        yield {
            "name": f"{table}_sealed",
            "table": table,
            "who": who,
            "columns": ", ".join(columns),
        }


def seal(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make the triggers."""
    postgresql = schema_editor.connection.vendor == "postgresql"
    every, who = (POSTGRESQL, POSTGRESQL_WHO) if postgresql else (SQLITE, SQLITE_WHO)
    if postgresql:
        schema_editor.execute(POSTGRESQL_REFUSE, params=None)  # its % is its own
    for part in parts(apps):
        schema_editor.execute(every.format(**part), params=None)
        if part["who"]:
            schema_editor.execute(who.format(**part), params=None)


def unseal(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take the triggers away."""
    postgresql = schema_editor.connection.vendor == "postgresql"
    for part in parts(apps):
        on = f" ON {part['table']}" if postgresql else ""
        schema_editor.execute(f"DROP TRIGGER {part['name']}{on}")
        if part["who"]:
            schema_editor.execute(f"DROP TRIGGER {part['name']}_who{on}")
    if postgresql:
        schema_editor.execute("DROP FUNCTION plans_refuse_update()")


class Migration(migrations.Migration):
    dependencies = [("plans", "0001_initial")]
    operations = [migrations.RunPython(seal, unseal)]

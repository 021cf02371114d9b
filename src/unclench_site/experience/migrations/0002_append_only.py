"""Reports and snapshots are added and never changed: the database itself refuses an update."""

from collections.abc import Iterator

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SEALED = ("report", "snapshot")
SQLITE = """
CREATE TRIGGER {table}_sealed BEFORE UPDATE ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
POSTGRESQL_REFUSE = """
CREATE FUNCTION experience_refuse_update() RETURNS trigger LANGUAGE plpgsql AS $refuse$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END $refuse$
"""
POSTGRESQL = """
CREATE TRIGGER {table}_sealed BEFORE UPDATE ON {table}
FOR EACH ROW EXECUTE FUNCTION experience_refuse_update()
"""


def tables(apps: Apps) -> Iterator[str]:
    """Give the table of each sealed model."""
    for name in SEALED:
        yield apps.get_model("experience", name)._meta.db_table


def seal(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make the triggers."""
    postgresql = schema_editor.connection.vendor == "postgresql"
    if postgresql:
        schema_editor.execute(POSTGRESQL_REFUSE, params=None)  # its % is its own
    for table in tables(apps):
        schema_editor.execute((POSTGRESQL if postgresql else SQLITE).format(table=table))


def unseal(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take the triggers away."""
    postgresql = schema_editor.connection.vendor == "postgresql"
    for table in tables(apps):
        on = f" ON {table}" if postgresql else ""
        schema_editor.execute(f"DROP TRIGGER {table}_sealed{on}")
    if postgresql:
        schema_editor.execute("DROP FUNCTION experience_refuse_update()")


class Migration(migrations.Migration):
    dependencies = [("experience", "0001_initial")]
    operations = [migrations.RunPython(seal, unseal)]

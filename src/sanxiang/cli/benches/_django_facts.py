"""A Django model over the fact table, for the bench's second anchor only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sanxiang.log.schema import PRAGMAS, SCHEMA


def model(path: Path) -> tuple[Any, Any]:
    """The model class and a connection `bench` on a fresh database file."""
    import django
    from django.conf import settings
    from django.db import connections, models

    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(path), "OPTIONS": {"init_command": ";".join(PRAGMAS)}}
    if not settings.configured:
        settings.configure(DATABASES={"default": {**database}, "bench": database}, USE_TZ=True)
        django.setup()
    connections.databases["bench"] = connections.configure_settings({"default": {}, "bench": database})["bench"]
    if hasattr(connections._connections, "bench"):
        delattr(connections._connections, "bench")
    connection = connections["bench"]
    connection.ensure_connection()
    connection.connection.executescript(SCHEMA)
    return _model(models), connection


_made: Any = None


def _model(models: Any) -> Any:
    global _made
    if _made is None:

        class BenchFact(models.Model):
            n = models.BigIntegerField(primary_key=True)
            at = models.BigIntegerField()
            happened = models.BigIntegerField()
            kind = models.TextField()
            v = models.IntegerField()
            subject = models.TextField()
            call = models.TextField()
            body = models.TextField()
            pack = models.TextField()
            engine = models.TextField()
            hash = models.BinaryField()

            class Meta:
                app_label = "bench"
                db_table = "fact"
                managed = False

        _made = BenchFact
    return _made

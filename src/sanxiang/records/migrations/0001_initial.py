"""Drafts of registrations."""

from typing import Any, ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies: ClassVar[list[tuple[str, str]]] = []
    operations: ClassVar[list[Any]] = [
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("call", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("agent", models.CharField(max_length=16)),
                ("fields", models.JSONField(default=dict)),
                ("updated_at", models.BigIntegerField()),
            ],
        ),
    ]

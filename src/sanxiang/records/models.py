"""Registrations that are still being typed."""

from django.db import models


class Draft(models.Model):
    """What an agent has typed of one call's registration so far; gone when it is signed."""

    call = models.CharField(max_length=64, primary_key=True)
    agent = models.CharField(max_length=16)
    fields = models.JSONField(default=dict)  # field -> value, as the form has it
    updated_at = models.BigIntegerField()  # us UTC, the product's clock

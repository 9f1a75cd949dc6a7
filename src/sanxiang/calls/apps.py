"""Tells Django of this room."""

from django.apps import AppConfig


class CallsConfig(AppConfig):
    name = "sanxiang.calls"
    label = "calls"

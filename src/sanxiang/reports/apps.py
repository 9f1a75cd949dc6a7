"""Tells Django of this room."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "sanxiang.reports"
    label = "reports"

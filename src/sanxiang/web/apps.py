"""Tells Django of this room, and the other rooms that the pages start now."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class WebConfig(AppConfig):
    name = "sanxiang.web"
    label = "web"

    def ready(self) -> None:
        from sanxiang.web import line  # noqa: F401  (registers its live view)

        autodiscover_modules("nav", "live")

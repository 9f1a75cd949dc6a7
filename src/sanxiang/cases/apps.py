"""Tells Django of this room, and the desk of the promises."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "sanxiang.cases"
    label = "cases"

    def ready(self) -> None:
        from sanxiang.calls import ports
        from sanxiang.cases import desk

        ports.add_part(ports.Part("promises", desk.part, "cases/desk_strip.html", "foot"))

"""Tells Django of this room, and the desk of the registration."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "sanxiang.records"
    label = "records"

    def ready(self) -> None:
        from sanxiang.calls import ports
        from sanxiang.records import desk

        ports.add_part(ports.Part("registration", desk.part, "records/desk_form.html", "main"))

"""A signed-in person who asks for pages, without a browser."""

from __future__ import annotations

import json
from typing import Any

from sanxiang.people.services import ensure_django
from tests.calls.rehearsal import Rehearsal


class Person:
    """``agent``: number of whoever is signed in; "" the administrator (who supervises)."""

    def __init__(self, hotline: Rehearsal, agent: str = "") -> None:
        ensure_django(hotline.folder)
        from django.test import Client

        from sanxiang.people.models import Account

        self.http = Client(HTTP_HOST="127.0.0.1", HTTP_ACCEPT="application/json")
        account = Account.objects.get(agent_number=agent) if agent else Account.objects.get(login="admin")
        self.http.force_login(account)

    def get(self, path: str, **headers: str) -> Any:
        return self.http.get(path, headers=headers)

    def post(self, path: str, **document: Any) -> Any:
        return self.http.post(path, json.dumps(document), content_type="application/json")

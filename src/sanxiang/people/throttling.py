"""How often was a wrong password given for this name from this address? Kept in app.db, so a restart forgives nothing."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from django.utils import timezone

from sanxiang.people.models import FailedSignIn
from sanxiang.people.rules import WINDOW, Throttle, throttle


def key_of(login: str, address: str) -> str:
    """What is counted together; the login itself is not kept."""
    return hashlib.sha256(f"{login}\0{address}".encode()).hexdigest()


def state(key: str) -> Throttle:
    """Tries left and seconds to wait."""
    now = timezone.now()
    FailedSignIn.objects.filter(at__lt=now - timedelta(seconds=WINDOW)).delete()
    failures = [at.timestamp() for at in FailedSignIn.objects.filter(key=key).values_list("at", flat=True)]
    return throttle(failures, now.timestamp())


def failed(key: str) -> Throttle:
    """Counts one more; gives what is left then."""
    FailedSignIn.objects.create(key=key)
    return state(key)


def forgive(key: str) -> None:
    FailedSignIn.objects.filter(key=key).delete()

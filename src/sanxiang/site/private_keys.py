"""Which secrets do our own parts keep from everyone? One JSON file in the data folder, mode 0600."""

from __future__ import annotations

import fcntl
import json
import os
import secrets

from sanxiang.ground.folder import Folder


def kept_secret(folder: Folder, name: str) -> str:
    """The secret of that name; made at random (64 characters) and written down when it is not there yet."""
    folder.root.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder.secrets_json
    with path.with_suffix(".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            known = json.loads(path.read_text())
        except FileNotFoundError:
            known = {}
        if name not in known:
            known[name] = secrets.token_urlsafe(48)
            fresh = path.with_suffix(".new")
            fresh.unlink(missing_ok=True)
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                json.dump(known, file, indent=1)
            fresh.replace(path)
    return str(known[name])

"""What can be done with a promise?"""

from __future__ import annotations

from typing import Any

from sanxiang.log.client import Client


def reply(client: Client, promise: str, agent: str, text: str) -> dict[str, Any]:
    """Records that the caller was reached and what they were told. Gives the appender's answer. Raises AppenderDown."""
    if not text.strip():
        return {"ok": False, "problems": [{
            "code": "empty", "problem": "请写明答复了什么", "cure": "一两句即可，供复核与再次来电时查看", "fields": ["text"],
            "clause": "", "ask": False,
        }]}  # fmt: skip
    fact = {
        "kind": "PromiseReplied", "data": {"promise": promise, "agent": agent, "reached": True},
        "private": {"text": text.strip()},
    }  # fmt: skip
    return client.propose(fact)


def miss(client: Client, promise: str, agent: str, text: str) -> dict[str, Any]:
    """Records a try that did not reach the caller; the clock runs on. Raises AppenderDown."""
    fact = {
        "kind": "PromiseReplied", "data": {"promise": promise, "agent": agent, "reached": False},
        "private": {"text": text.strip() or "未能接通"},
    }  # fmt: skip
    return client.propose(fact)

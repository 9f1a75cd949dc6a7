"""What can be done with a promise?"""

from __future__ import annotations

from typing import Any

from sanxiang.log.client import Client
from sanxiang.log.reader import LogReader


def refusal(code: str, text: str, cure: str = "", *fields: str) -> dict[str, Any]:
    """A refusal in the form of the appender's answers."""
    one = {"code": code, "problem": text, "cure": cure, "fields": list(fields), "clause": "", "ask": False}
    return {"ok": False, "problems": [one]}


def reply(reader: LogReader, client: Client, promise_id: str, agent: str, text: str, reached: bool = True) -> dict[str, Any]:
    """Records what the caller was told; ``agent`` "": the owner replied. Not ``reached``: a try, and the clock runs on.

    Gives the appender's answer. Raises AppenderDown.
    """
    promise = reader.promise(promise_id)
    if promise is None:
        return refusal("no_promise", f"没有承诺 {promise_id}", "用 sanxiang promises 查看")
    if promise.replied_at:
        return refusal("replied_already", "这个承诺已经回复过", "要补充，请在来电页上补记")
    if reached and not text.strip():
        return refusal("empty", "请写明答复了什么", "一两句即可，供复核与再次来电时查看", "text")
    data = {"promise": promise_id, "agent": agent or promise.owner, "reached": reached}
    private = {"text": text.strip() or "未能接通"}
    return client.propose({"kind": "PromiseReplied", "data": data, "private": private})

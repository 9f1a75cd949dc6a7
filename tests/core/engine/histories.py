"""Random histories of a hotline, sensible and senseless: what any source might say, in any order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

SECOND = 1_000_000
CALLS, AGENTS, PROMISES = ["c1", "c2", "c3"], ["01", "02", "99"], ["p1", "p2"]
calls, agents, promises = st.sampled_from(CALLS), st.sampled_from(AGENTS), st.sampled_from(PROMISES)
offers = st.builds("{}/{}".format, calls, st.integers(1, 4))
PACK, OTHER = "?", "??"  # replaced by the digests in force


@dataclass
class Said:
    """One thing that a source says. ``wait``: microseconds since the one before; ``late``: how long it was on its way."""

    kind: str
    data: dict[str, Any]
    wait: int
    late: int = 0
    person: bool = False
    words: dict[str, Any] | None = field(default=None)


def _facts() -> dict[str, st.SearchStrategy[dict[str, Any]]]:
    offer = {"call": calls, "offer": offers, "agent": agents}
    about_call = {"call": calls, "agent": agents}
    queued = {
        "call": calls,
        "hotline": st.just("main"),
        "number": st.just("8000"),
        "pack": st.sampled_from([PACK, PACK, OTHER, "gone"]),
    }
    return {
        "CallQueued": st.fixed_dictionaries(queued),
        "CallTurnedAway": st.fixed_dictionaries(queued | {"reason": st.sampled_from(["closed", "full", "no_agent"])}),
        "PhoneRang": st.fixed_dictionaries(offer),
        "OfferFailed": st.fixed_dictionaries(offer | {"cause": st.sampled_from(["unreachable", "busy", "refused", "error"])}),
        "CallAnswered": st.fixed_dictionaries(offer),
        "CallAbandoned": st.fixed_dictionaries({"call": calls}),
        "CallTimedOut": st.fixed_dictionaries({"call": calls}),
        "CallReleased": st.fixed_dictionaries({"call": calls}),
        "NoticePlayed": st.fixed_dictionaries({"call": calls, "prompt": st.sampled_from(["record_notice", "x"])}),
        "HoldStarted": st.fixed_dictionaries(about_call),
        "HoldEnded": st.fixed_dictionaries(about_call),
        "EndRequested": st.fixed_dictionaries(about_call | {"reason": st.sampled_from(["", "对方请我先挂"])}),
        "CallEnded": st.fixed_dictionaries(about_call | {"hung_up_by": st.sampled_from(["caller", "agent", "line"])}),
        "RecordingStored": st.fixed_dictionaries(
            {"call": calls, "caller": st.just("a.wav"), "agent": st.just("b.wav"), "seconds": st.just(1.5), "zero": st.just(1)}
        ),
        "AgentAdded": st.fixed_dictionaries({"agent": agents, "extension": st.just("1001")}),
        "AgentStateChanged": st.fixed_dictionaries(
            {"agent": agents, "state": st.sampled_from(["ready", "ready", "busy", "break", "mobile", "offline"])}
        ),
        "PhoneRegistered": st.fixed_dictionaries({"agent": agents, "endpoint": st.sampled_from(["1001", "1001w"])}),
        "PhoneLost": st.fixed_dictionaries({"agent": agents, "endpoint": st.sampled_from(["1001", "1001w"])}),
        "RegistrationParked": st.fixed_dictionaries(about_call),
        "RegistrationSigned": st.fixed_dictionaries(
            about_call | {
                "form": st.just("consultation"),
                "filled": st.lists(st.sampled_from(["name", "content", "result", "consent", "contact"]), unique=True),
                "choices": st.fixed_dictionaries({}, optional={"consent": st.booleans(), "appointment": st.booleans()}),
                "result": st.sampled_from(["solved", "unsolved"]),
            }
        ),
        "PromiseMade": st.fixed_dictionaries(
            {"promise": promises, "call": calls, "owner": agents, "pack": st.sampled_from([PACK, OTHER])},
            optional={"due_at": st.integers(0, 2 * 10**15)},
        ),
        "PromiseReplied": st.fixed_dictionaries({"promise": promises, "agent": agents, "reached": st.booleans()}),
    }  # fmt: skip


_KINDS = _facts()
PEOPLE = {"EndRequested", "RegistrationSigned", "RegistrationParked", "AgentStateChanged", "PromiseReplied"}


@st.composite
def said(draw: st.DrawFn) -> Said:
    kind = draw(st.sampled_from(sorted(_KINDS)))
    wait = draw(st.sampled_from([0, 0, 1, SECOND, 4 * SECOND, 15 * SECOND, 61 * SECOND, 1800 * SECOND]))
    late = draw(st.sampled_from([0, 0, 0, SECOND, 20 * SECOND]))
    return Said(kind, draw(_KINDS[kind]), wait, late, kind in PEOPLE and draw(st.booleans()))


def histories(longest: int = 40) -> st.SearchStrategy[list[list[Said]]]:
    """Groups of facts, each group one transaction."""
    return st.lists(st.lists(said(), min_size=1, max_size=4), max_size=longest // 2)

"""What must be known to decide on the next fact? Calls that are not over, agents, promises, and running clocks.

All of it is folded from the log, and kept as rows so that a start need not read the whole log.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec


class Offer(msgspec.Struct, kw_only=True, omit_defaults=True):
    id: str
    agent: str
    made_at: int
    rang_at: int = 0
    ended_at: int = 0
    outcome: str = ""  # answered, passed, withdrawn, failed; "" while open
    #: rang past the limit with nobody else to take over
    overdue: bool = False


class Call(msgspec.Struct, kw_only=True, omit_defaults=True):
    id: str
    hotline: str
    number: str
    pack: str
    caller: str = ""
    caller_kind: str = "number"
    queue: str = "main"
    queued_at: int = 0
    phase: Literal["waiting", "talking", "wrap_up", "over"] = "waiting"
    outcome: str = ""  # answered, abandoned, timed_out, rejected, closed, released
    answered_at: int = 0
    ended_at: int = 0
    agent: str = ""
    endpoint: str = ""
    hung_up_by: str = ""
    held_since: int = 0
    hold_us: int = 0
    offers: list[Offer] = []
    registration: Literal["none", "open", "parked", "signed"] = "none"
    signed_at: int = 0
    released_at: int = 0  # when the agent was free of it
    result: str = ""
    end_reason: str = ""
    failed_at: int = 0  # last OfferFailed
    not_before: dict[str, int] = {}  # agent -> us, after a failed offer
    noted: dict[str, int] = {}  # control key -> fact, of the kind `record`
    recordings: list[str] = []  # caller's file, agent's file, relative
    seconds: float = 0.0
    zero: int = 0
    n: int = 0  # of CallQueued

    def last_offer_open(self) -> Offer | None:
        """The offer that rings now."""
        return self.offers[-1] if self.offers and not self.offers[-1].outcome else None

    def offer(self, offer_id: str) -> Offer | None:
        return next((o for o in self.offers if o.id == offer_id), None)

    def view(self) -> dict[str, Any]:
        """Plain data for conditions."""
        return {
            "outcome": self.outcome, "phase": self.phase, "agent": self.agent, "hung_up_by": self.hung_up_by,
            "registration": self.registration, "result": self.result, "end_reason": self.end_reason,
            "caller_kind": self.caller_kind,
        }  # fmt: skip


class Agent(msgspec.Struct, kw_only=True, omit_defaults=True):
    number: str
    extension: str = ""
    chosen: str = "offline"
    activity: Literal["idle", "ringing", "talking", "wrap_up"] = "idle"
    call: str = ""  # that it rings for, talks in, or wraps up
    phones: list[str] = []
    idle_since: int = 0
    since: int = 0
    parked: list[str] = []
    reason: str = ""

    def can_take(self) -> bool:
        return self.chosen == "ready" and self.activity == "idle" and bool(self.phones)

    @property
    def state(self) -> str:
        """What others see: talking before chosen states, then ready, busy, break, mobile, offline."""
        return self.activity if self.activity != "idle" else self.chosen


class Promise(msgspec.Struct, kw_only=True, omit_defaults=True):
    id: str
    call: str
    owner: str
    pack: str
    made_at: int
    due_at: int = 0
    state: Literal["open", "kept", "breach"] = "open"
    replied_at: int = 0
    replied_by: str = ""
    contact: str = ""
    question: str = ""
    hotline: str = ""


class Hotline(msgspec.Struct, kw_only=True, omit_defaults=True):
    id: str
    number: str
    pack: str
    name: str = ""


class Due(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A clock of one control on one subject. ``at``: when it strikes next; ``limit``: the deadline itself."""

    key: str
    clause: str
    control: str
    kind: str
    subject: str
    pack: str
    at: int
    start: int
    limit: int
    stage: str = "limit"  # limit, warn, or a word of the control's own
    state: str = "open"  # open, kept, missed, void, done
    call: str = ""
    agent: str = ""
    evidence: int = 0  # the fact that started it
    missed: int = 0  # the DeadlineMissed


Entity = Call | Agent | Promise | Hotline
_KINDS: dict[type, str] = {Call: "call", Agent: "agent", Promise: "promise", Hotline: "hotline"}
ENTITY_CLASSES: dict[str, type] = {v: k for k, v in _KINDS.items()}


def kind_of(entity: Entity) -> str:
    return _KINDS[type(entity)]


def key_of(entity: Entity) -> str:
    return entity.number if isinstance(entity, Agent) else entity.id


class State:
    """The live entities by key, what changed since `take_changes`, and the clocks."""

    def __init__(self) -> None:
        self.calls: dict[str, Call] = {}
        self.agents: dict[str, Agent] = {}
        self.promises: dict[str, Promise] = {}
        self.hotlines: dict[str, Hotline] = {}
        self.dues: dict[str, Due] = {}
        self._touched: dict[tuple[str, str], Entity] = {}
        self._due_touched: dict[str, Due] = {}
        self._fresh: list[Due] = []

    # -- reading ---------------------------------------------------------------------------------------------------
    def waiting(self) -> list[Call]:
        """Calls in the queue, longest wait first."""
        return sorted(
            (c for c in self.calls.values() if c.phase == "waiting"), key=lambda c: (c.queued_at, c.id)
        )

    def reachable(self) -> list[Agent]:
        return [a for a in self.agents.values() if a.can_take()]

    def unsigned(self, agent: str) -> list[Call]:
        """Calls of an agent that are over and not signed, in wrap-up or parked; oldest first."""
        found = [
            c for c in self.calls.values()
            if c.agent == agent and c.registration in ("open", "parked") and c.phase in ("wrap_up", "over")
        ]  # fmt: skip
        return sorted(found, key=lambda c: (c.queued_at, c.id))

    def clock(self, key: str) -> Due | None:
        return self.dues.get(key)

    # -- changing --------------------------------------------------------------------------------------------------
    def touch(self, entity: Entity) -> None:
        """Marks an entity as changed: its row is written with the fact."""
        self._touched[kind_of(entity), key_of(entity)] = entity

    def put(self, entity: Entity) -> None:
        """Adds an entity and marks it."""
        table: dict[str, Any] = getattr(self, kind_of(entity) + "s")
        table[key_of(entity)] = entity
        self.touch(entity)

    def retire(self, hotline: Hotline) -> None:
        """A hotline that no number leads to any more; its row stays."""
        self.hotlines.pop(hotline.id, None)
        self.touch(hotline)

    def put_due(self, due: Due) -> None:
        self.dues[due.key] = due
        self._due_touched[due.key] = due
        self._fresh.append(due)

    def fresh_dues(self) -> list[Due]:
        """Clocks started since the last call."""
        fresh, self._fresh = self._fresh, []
        return fresh

    def touch_due(self, due: Due) -> None:
        self._due_touched[due.key] = due

    def drop_due(self, due: Due) -> None:
        """Forgets a clock; its row stays with the state that it has."""
        self.dues.pop(due.key, None)
        self._due_touched[due.key] = due

    def forget_over(self, call: Call) -> None:
        """Lets go of a call that nothing can happen to any more; its row stays."""
        if call.phase == "over" and call.registration in ("none", "signed") and call.outcome:
            self.touch(call)
            self.calls.pop(call.id, None)

    def take_changes(self) -> tuple[list[Entity], list[Due]]:
        """Entities and clocks changed since the last call."""
        changes = list(self._touched.values()), list(self._due_touched.values())
        self._touched, self._due_touched = {}, {}
        return changes

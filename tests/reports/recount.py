"""The contracts' figures counted again, from nothing but the facts in order: no tables, no code of the reports room."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

SECOND = 1_000_000


class Recount:
    """Reads facts once; `figures` answers for calls offered in [start, end)."""

    def __init__(self, facts: Iterable[Any], now: int) -> None:
        self.calls: dict[str, dict[str, Any]] = {}
        self.promises: dict[str, dict[str, Any]] = {}
        #: (agent, from, to, what)
        self.presence: list[tuple[str, int, int, str]] = []
        self._agent: dict[str, dict[str, Any]] = {}
        for fact in facts:
            handle = getattr(self, f"_{fact.kind}", None)
            if handle:
                handle(fact.happened, fact.body)
        for name, agent in self._agent.items():
            self._close(name, agent, now)

    # -- calls -------------------------------------------------------------------------------------------------------
    def _CallQueued(self, at: int, b: Any) -> None:
        self.calls[b.call] = {"offered": at, "end": None, "how": "waiting", "queue": b.queue, "hold": 0, "signed": None, "freed": None,
                              "agent": None, "reg": None, "held": None}  # fmt: skip

    def _CallTurnedAway(self, at: int, b: Any) -> None:
        self._CallQueued(at, b)
        self.calls[b.call]["how"] = "closed" if b.reason == "closed" else "rejected"

    def _CallAnswered(self, at: int, b: Any) -> None:
        call = self.calls[b.call]
        if call["how"] != "waiting":
            return
        call |= {"how": "answered", "answered": at, "agent": b.agent, "reg": "open"}
        agent = self._agent[b.agent]
        self._turn(b.agent, at, doing="talk", call=b.call)
        agent["done"] = False

    def _over(self, at: int, b: Any, how: str) -> None:
        call = self.calls[b.call]
        if call["how"] == "waiting":
            call |= {"how": how, "end": at}

    def _CallAbandoned(self, at: int, b: Any) -> None:
        self._over(at, b, "abandoned")

    def _CallTimedOut(self, at: int, b: Any) -> None:
        self._over(at, b, "timed_out")

    def _CallReleased(self, at: int, b: Any) -> None:
        self._over(at, b, "released")

    def _HoldStarted(self, at: int, b: Any) -> None:
        if self.calls[b.call]["held"] is None:
            self.calls[b.call]["held"] = at

    def _HoldEnded(self, at: int, b: Any) -> None:
        call = self.calls[b.call]
        if call["held"] is not None:
            call["hold"] += max(0, at - call["held"])
            call["held"] = None

    def _CallEnded(self, at: int, b: Any) -> None:
        call = self.calls[b.call]
        if call["how"] != "answered" or call["end"] is not None:
            return
        self._HoldEnded(at, b)
        call["end"] = at
        if call["reg"] != "open":
            call["freed"] = at
        agent = self._agent[b.agent]
        if agent["call"] == b.call:
            if call["reg"] == "open":
                self._turn(b.agent, at, doing="wrap_up", call=b.call)
            else:
                self._turn(b.agent, at, doing="", call="")

    def _leaves(self, at: int, b: Any, reg: str) -> None:
        call = self.calls[b.call]
        was = call["reg"]
        if was not in (("open", "parked") if reg == "signed" else ("open",)):
            return
        call["reg"] = reg
        if reg == "signed":
            call["signed"] = at
        if call["end"] is not None and call["freed"] is None and was == "open":
            call["freed"] = at
        agent = self._agent[b.agent]
        if agent["doing"] == "wrap_up" and agent["call"] == b.call:
            self._turn(b.agent, at, doing="", call="")

    def _RegistrationSigned(self, at: int, b: Any) -> None:
        if self.calls[b.call]["reg"] in ("open", "parked"):
            self.calls[b.call]["result"] = b.result
        self._leaves(at, b, "signed")

    def _RegistrationParked(self, at: int, b: Any) -> None:
        self._leaves(at, b, "parked")

    # -- agents ------------------------------------------------------------------------------------------------------
    def _AgentAdded(self, at: int, b: Any) -> None:
        self._agent[b.agent] = {"state": "offline", "doing": "", "call": "", "since": at}

    def _AgentStateChanged(self, at: int, b: Any) -> None:
        agent = self._agent[b.agent]
        if agent["doing"] == "wrap_up":
            for call in self.calls.values():
                if call["agent"] == b.agent and call["end"] is not None and call["freed"] is None:
                    call["freed"] = at
            self._turn(b.agent, at, state=b.state, doing="", call="")
        else:
            self._turn(b.agent, at, state=b.state)

    def _OfferPassed(self, at: int, b: Any) -> None:
        if b.state_after and self._agent[b.agent]["state"] == "ready":
            self._turn(b.agent, at, state=b.state_after)

    def _close(self, name: str, agent: dict[str, Any], at: int) -> None:
        if at > agent["since"]:
            self.presence.append((name, agent["since"], at, agent["doing"] or agent["state"]))
            agent["since"] = at

    def _turn(self, name: str, at: int, **changes: Any) -> None:
        agent = self._agent[name]
        if all(agent[k] == v for k, v in changes.items()):
            return  # choosing again what is already so is no change
        self._close(name, agent, at)
        agent |= changes

    # -- verdicts and promises ----------------------------------------------------------------------------------------
    def _VerdictReached(self, at: int, b: Any) -> None:
        if b.measure == "answer_in_time":
            self.calls[b.subject]["on_time"] = {"kept": True, "breach": False}.get(b.verdict)
        if b.subject in self.promises and b.kind == "deadline" and b.verdict in ("kept", "breach"):
            self.promises[b.subject]["state"] = b.verdict

    def _PromiseMade(self, at: int, b: Any) -> None:
        self.promises.setdefault(b.promise, {"call": b.call, "state": "open", "chosen": bool(b.due_at), "replied": False})

    def _PromiseReplied(self, at: int, b: Any) -> None:
        if b.reached:
            self.promises[b.promise]["replied"] = True

    # -- answers -----------------------------------------------------------------------------------------------------
    def figures(self, start: int, end: int, threshold: float = 15.0, agent: str | None = None) -> dict[str, Any]:
        mine = {n: c for n, c in self.calls.items() if start <= c["offered"] < end and (agent is None or c["agent"] == agent)}
        released = [c for c in mine.values() if c["how"] == "released"]
        calls = {n: c for n, c in mine.items() if c["how"] != "released"}
        how: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for call in calls.values():
            how[call["how"]].append(call)
        answered = how["answered"]
        waits = sorted((c["answered"] - c["offered"]) / SECOND for c in answered)
        queue = waits + [(c["end"] - c["offered"]) / SECOND for c in how["abandoned"] + how["timed_out"]]
        known = [c for c in answered if c.get("on_time") is not None]
        on_time = [c for c in known if c["on_time"]]
        came = len(calls) - len(how["closed"])
        talks = [(c, (c["end"] - c["answered"]) / SECOND) for c in answered if c["end"] is not None]
        wraps = [(t, max(0, c["freed"] - c["end"]) / SECOND) for c, t in talks if c["freed"] is not None]
        signed = [(n, c) for n, c in calls.items() if c["reg"] == "signed"]
        once = [n for n, c in signed if c["result"] == "solved"]
        mine_p = [p for p in self.promises.values() if p["call"] in calls]
        later = {p["call"] for p in mine_p if p["replied"]}
        judged = [p for p in mine_p if p["state"] != "open"]
        prescribed = [p for p in judged if not p["chosen"]]
        seconds: dict[str, float] = defaultdict(float)
        for who, a, b, what in self.presence:
            if agent is None or who == agent:
                seconds[what] += max(0, min(b, end) - max(a, start)) / SECOND
        logged_in = sum(v for k, v in seconds.items() if k != "offline")
        pause = seconds["busy"] + seconds["break"]

        def rate(part: float, whole: float) -> float | None:
            return None if whole == 0 else part / whole

        def average(values: list[float]) -> float | None:
            return sum(values) / len(values) if values else None

        return {
            "offered": len(calls), "answered": len(answered), "answered_on_time": len(on_time), "abandoned": len(how["abandoned"]),
            "timed_out": len(how["timed_out"]), "rejected": len(how["rejected"]), "closed": len(how["closed"]),
            "still_open": len(how["waiting"]), "released": len(released),
            "on_time_answer_rate": rate(len(on_time), len(known)), "on_time_unknown": len(answered) - len(known),
            "answer_rate": rate(len(answered), came), "abandonment_rate": rate(len(how["abandoned"]), came),
            "service_level": rate(len([w for w in waits if w < threshold]), came),
            "average_wait_seconds": average(waits),
            "p95_wait_seconds": waits[math.ceil(0.95 * len(waits)) - 1] if waits else None,
            "average_queue_seconds": average(queue), "average_talk_seconds": average([t for _, t in talks]),
            "average_hold_seconds": average([c["hold"] / SECOND for c, _ in talks]),
            "average_wrap_up_seconds": average([w for _, w in wraps]), "average_handling_seconds": average([t + w for t, w in wraps]),
            "login_seconds": logged_in, "pause_seconds": pause, "talk_seconds": seconds["talk"], "wrap_up_seconds": seconds["wrap_up"],
            "occupancy": rate(seconds["talk"] + seconds["wrap_up"], logged_in - pause),
            "registered_rate": rate(len([c for c in answered if c["reg"] == "signed"]), len(answered)),
            "first_contact_resolution_rate": rate(len(once), len(signed)),
            "resolution_rate": rate(len({*once} | {n for n, _ in signed if n in later}), len(signed)),
            "replied_on_time_rate": rate(len([p for p in prescribed if p["state"] == "kept"]), len(prescribed)),
            "promises_kept_rate": rate(len([p for p in judged if p["state"] == "kept"]), len(judged)),
            "promises_open": len(mine_p) - len(judged), "csat": None, "survey_response_rate": None,
        }  # fmt: skip

"""How is a fact told in one plain Chinese sentence? For time lines; names instead of numbers where they are known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sanxiang.core.facts import Fact
from sanxiang.core.rings import CYCLE, ring_at
from sanxiang.ground.clock import local

HUNG_UP = {"caller": "对方先挂机", "agent": "坐席先挂机", "line": "线路中断"}
STATES = {"ready": "示闲", "busy": "示忙", "break": "小休", "mobile": "手机", "offline": "离线"}
TURNED_AWAY = {"closed": "服务时间以外", "full": "队列已满", "no_agent": "没有坐席"}
FAILED = {"unreachable": "话机不通", "busy": "话机占线", "refused": "坐席拒接", "error": "线路出错"}
VERDICTS = {"kept": "守住", "breach": "违约", "not_applicable": "不适用", "unknown": "未知", "pending": "计时中"}
LOOKED_AT = {"number": "看了来电号码", "recording": "听了录音", "words": "看了登记内容"}


@dataclass
class Teller:
    """Knows names of agents and clauses, the ring, and when the caller's clock started."""

    names: Mapping[str, str]
    titles: Mapping[str, str]  # clause -> title
    controls: Mapping[tuple[str, str], str]  # (clause, control) -> title
    zone: str
    cycle: int = CYCLE
    queued_at: int = 0
    prompts: Mapping[str, str] | None = None

    def agent(self, number: str) -> str:
        return f"{number} {self.names.get(number, '')}".strip()

    def clause(self, clause: str) -> str:
        return self.titles.get(clause, clause)

    def clock(self, body: Any) -> str:
        """A deadline by name: the clause, and which of its clocks."""
        which = self.controls.get((body.clause, body.control), "")
        return f"“{self.clause(body.clause)}”" + (f"（{which}）" if which else "")

    def tell(self, fact: Fact) -> str:
        """The sentence; a kind that nobody described is told by its title."""
        told = _TELLERS.get(fact.kind)
        return told(self, fact, fact.body) if told else fact.body.title or fact.kind


_TELLERS: dict[str, Callable[[Teller, Fact, Any], str]] = {
    "CallQueued": lambda t, f, b: "进入排队，来电者的钟开始",
    "CallTurnedAway": lambda t, f, b: f"未能进入排队：{TURNED_AWAY[b.reason]}",
    "OfferMade": lambda t, f, b: f"派给 {t.agent(b.agent)}",
    "PhoneRang": lambda t, f, b: f"{t.agent(b.agent)} 的{'网页' if b.endpoint.endswith('w') else ''}话机响了，坐席的钟开始",
    "OfferPassed": lambda t, f, b: f"{t.agent(b.agent)} 没有接，转下一位"
    + (f"；改为{STATES.get(b.state_after, b.state_after)}" if b.state_after not in ("", "ready") else ""),
    "OfferFailed": lambda t, f, b: f"派给 {t.agent(b.agent)} 未成：{FAILED[b.cause]}",
    "OfferWithdrawn": lambda t, f, b: f"不再振 {t.agent(b.agent)}",
    "CallAnswered": lambda t, f, b: f"{t.agent(b.agent)} 接起"
    + (f"，第 {ring_at(max(0, f.happened - t.queued_at), t.cycle)} 响" if t.queued_at else ""),
    "CallAbandoned": lambda t, f, b: "来电者放弃",
    "CallTimedOut": lambda t, f, b: "等候超时，系统结束来电",
    "CallReleased": lambda t, f, b: "移交应急队列" + (f"：{b.reason}" if b.reason else ""),
    "NoticePlayed": lambda t, f, b: f"播放“{(t.prompts or {}).get(b.prompt, b.prompt)}”" + ("" if b.complete else "，没有播完"),
    "HoldStarted": lambda t, f, b: "请来电者等待",
    "HoldEnded": lambda t, f, b: "恢复通话",
    "EndRequested": lambda t, f, b: f"{t.agent(b.agent)} 按了结束键" + (f"：{b.reason}" if b.reason else "，没有说明原因"),
    "CallEnded": lambda t, f, b: f"{HUNG_UP[b.hung_up_by]}，通话结束",
    "RecordingStored": lambda t, f, b: f"两路录音存好，{b.seconds:.0f} 秒",
    "RegistrationParked": lambda t, f, b: f"{t.agent(b.agent)} 暂存登记",
    "RegistrationSigned": lambda t, f, b: f"{t.agent(b.agent)} 登记签名，{'当场答复' if b.result == 'solved' else '未解决，承诺回复'}",
    "PromiseMade": lambda t, f, b: f"承诺由 {t.agent(b.owner)} 回复"
    + (f"，约定 {local(b.due_at, t.zone).strftime('%m-%d %H:%M')} 前" if b.due_at else ""),
    "PromiseReplied": lambda t, f, b: f"{t.agent(b.agent)} 已回复本人" if b.reached else f"{t.agent(b.agent)} 回复未联系上",
    "PersonalDataRead": lambda t, f, b: f"{b.by} {LOOKED_AT.get(b.what, b.what)}" + (f"：{b.reason}" if b.reason else ""),
    "AgentStateChanged": lambda t, f, b: f"{t.agent(b.agent)} 改为{STATES.get(b.state, b.state)}",
    "DeadlineNear": lambda t, f, b: f"{t.clock(b)}快到时",
    "DeadlineMissed": lambda t, f, b: f"{t.clock(b)}到时，还没有做到",
    "GateCounted": lambda t, f, b: f"“{t.clause(b.clause)}”计一次：{'；'.join(b.unmet)}" + (f"（原因：{b.answer}）" if b.answer else ""),
    "VerdictReached": lambda t, f, b: f"“{t.clause(b.clause)}”判为{VERDICTS[b.verdict]}" + (f"：{b.why}" if b.why else ""),
}

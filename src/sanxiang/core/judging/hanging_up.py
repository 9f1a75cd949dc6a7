"""Hanging up (挂机): did the caller hang up first? If not: was it one of the cases in which the agent may? H11, W01.

The exceptions are those of docs/judging.md, "Holds, transfers, hanging up"; each needs to be shown by words, times or
events. A line that broke is nobody's breach.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sanxiang.core.judging.base import Conversation, Event, Evidence, Opinion, register
from sanxiang.core.judging.lexicon import CALLER_GOODBYE, GOODBYE, quoted, search
from sanxiang.core.language import Phrases, normalise

SILENCE = 10.0  # s, after both said goodbye
UNHEARD_WAIT = 5.0  # s, after the phrase for a caller who cannot be heard

_ABUSE = Phrases(
    {
        "insult": "他妈 妈的 你妈 尼玛 卧槽 操你 傻逼 傻叉 煞笔 脑残 王八蛋 混蛋 滚蛋 滚犊子 去死 不要脸 贱人 贱货 狗东西 狗日 畜生 废物 放屁 狗屁 婊子"
        " 神经病 白痴 蠢货 人渣 垃圾东西 死全家 有病吧 fuck shit bitch asshole bastard".split(),
        "threat": "弄死 打死你 砍死 杀了你 捅了你 炸了你 要你命 找人收拾 收拾你 等着挨".split(),
        "harassment": "陪我聊 陪我睡 有男朋友 有女朋友 穿什么 声音真甜 声音好甜 小妹妹 约一下 约个会 亲一个 想你了 做我女朋友 约炮 裸聊".split(),
        "prank": "逗你玩 耍你玩 骗你的 哈哈哈哈 打着玩 打错玩 恶作剧 没事就打 叫外卖 来份披萨 唱首歌 唱个歌".split(),
    }
)
#: the agent says that the call will be ended if this goes on
_WARNING = re.compile(
    r"(?:再|还|继续|仍然|一直|如果|要是|若|否则|不然).{0,24}(?:挂断|挂机|挂掉|挂电话|结束(?:本次|这次|这通)?(?:通话|来电|服务)|终止|中断|报警|断线|先挂|不便(?:再|继续))"
    r"|(?:请|麻烦)(?:您|你)?.{0,6}(?:文明|注意用语|注意言辞|尊重|不要骂|别骂|停止|不要占用|勿占用|理智)|恶意(?:骚扰|拨打|来电)|占用.{0,6}(?:线路|热线|资源)"
)
#: what a warning may name
_MISCONDUCT = re.compile(
    r"骂|侮辱|脏话|文明|骚扰|恶意|占用|占线|玩笑|威胁|不当(?:言语|言论)|注意(?:用语|言辞)|尊重"
)
_POLITE = re.compile(r"请|麻烦|对不起|抱歉|不好意思|劳驾|sorry|please")
_UNHEARD = re.compile(
    r"听不(?:到|见|清|太清|清楚|太清楚)|没(?:有)?(?:听到|听见|听清|声音)|(?:没|无)(?:有)?(?:任何)?(?:声音|回应|应答|应声)|声音(?:太|很|有点|比较|特别|非常)?(?:小|轻|杂|断)"
    r"|(?:杂音|噪音|噪声|回声|信号)(?:太|很|比较|特别|非常|不)|断断续续|换(?:一)?[部台个](?:别的)?(?:电话|话机|手机|地方)|(?:大|提高).{0,4}(?:声|音量)|听得[到见]吗|还(?:在|再)线?(?:上|听)?吗|\bhear you\b|\banother phone\b"
)
_ASKED = re.compile(
    r"(?:您|你|你们|您们)(?:那边|这边|那头|们)?(?:先|就|赶紧|赶快|也|去|可以|帮我)?(?:把电话)?(?:先)?挂(?:了|断|掉|机|电话)?(?:吧|好了|就行|就好|了吧|得了|啊|呗|行了|机吧)"
    r"|(?:麻烦|请|劳驾)(?:您|你)?(?:先|帮我)?(?:把电话)?(?:挂(?:断|掉|了|机|一下|电话))|(?:您|你)(?:先|来|帮我)挂(?:$|我|一下|电话|断|掉|机)"
    r"|我(?:这|手|不会|没法|不方便|挂不).{0,10}挂(?:不了|不掉|不上|机)?.{0,6}(?:您|你).{0,4}挂|^(?:好|行|嗯|那)*(?:先)?挂(?:了|断|掉)?吧|\byou (?:can )?hang up\b"
)
_NOT_ASKED = re.compile(
    r"(?:别|不要|不许|不准|不能|敢|干嘛|凭什么|怎么|为什么|什么叫|甭|试试|还没|先不).{0,4}挂|挂.{0,4}(?:试试|什么挂)|挂.{0,6}(?:投诉|告你)"
)


def problems(params: Mapping[str, Any]) -> list[str]:
    """What is wrong with a pack's parameters."""
    return [f"判官 hang_up 没有参数 {k}；它不用参数" for k in sorted(params)]


def ended_at(conversation: Conversation) -> float | None:
    """Seconds at which the call was hung up, where an event says so."""
    found = _situations(conversation, "hangup", "hang_up")
    return found[-1].at if found else None


@register("hang_up", problems)
def hang_up(conversation: Conversation, params: Mapping[str, Any]) -> Opinion:
    """Kept when the caller hung up; an agent's hang-up needs one of the exceptions."""
    by = conversation.hung_up_by
    last = conversation.by("agent")[-1:]
    place = tuple(Evidence(i, t.text) for i, t in last)
    if by == "caller":
        return Opinion("kept", place, "来电者先挂机", 1.0)
    if by == "line":
        return Opinion("not_applicable", (), "线路中断，不算坐席挂机", 1.0)
    if by != "agent":
        return Opinion("unknown", (), "没有记录谁先挂机", 1.0)
    for test in (_after_transfer, _asked_to, _abused, _unheard, _silent):
        if found := test(conversation):
            evidence, why = found
            return Opinion("kept", evidence or place, f"坐席先挂机，但{why}", 0.85)
    return Opinion("breach", place, "坐席先挂机，不属例外", 0.95)


Exception_ = tuple[tuple[Evidence, ...], str] | None


def _after_transfer(conversation: Conversation) -> Exception_:
    return ((), "已经转接") if any(e.kind == "transfer" for e in conversation.events) else None


def _asked_to(conversation: Conversation) -> Exception_:
    for index, turn in reversed(conversation.by("caller")[-3:]):
        found = search(_ASKED, turn.text)
        if found and not search(_NOT_ASKED, turn.text):
            words = normalise(turn.text).quote(found.start, found.end)
            return (Evidence(index, words),), "来电者请坐席挂机"
    return None


def _abused(conversation: Conversation) -> Exception_:
    """Abuse, then a warning, then a goodbye. A warning that names the misconduct shows it too: words may be new."""
    marked = _situation(conversation, "abuse", "malicious", "harassment", "prank")
    abusive = [i for i, t in conversation.by("caller") if _ABUSE.find(t.text)]
    for index, turn in conversation.by("agent"):
        warning = search(_WARNING, turn.text)
        if warning is None:
            continue
        if not marked and not any(i < index for i in abusive) and search(_MISCONDUCT, turn.text) is None:
            continue
        for later, last in conversation.by("agent"):
            if later >= index and (goodbye := search(GOODBYE, last.text)):
                evidence = (quoted(index, turn.text, warning), quoted(later, last.text, goodbye))
                return evidence, "来电辱骂或骚扰，已提醒并道别"
    return None


def _unheard(conversation: Conversation) -> Exception_:
    """The polite phrase for a caller who cannot be heard, and at least five seconds before the line was closed."""
    end = ended_at(conversation)
    for index, turn in reversed(conversation.by("agent")):
        found = search(_UNHEARD, turn.text)
        if found is None or search(_POLITE, turn.text) is None:
            continue
        later = [t.start for i, t in conversation.by("agent") if i > index]
        until = end if end is not None else (later[-1] if later else None)
        if until is not None and until - turn.end >= UNHEARD_WAIT:
            return (quoted(index, turn.text, found),), f"听不清来电者，已说明并等候 {until - turn.end:.0f} 秒"
    return None


def _silent(conversation: Conversation) -> Exception_:
    """Both said goodbye and the caller's line stayed silent for ten seconds, shown by times or events."""
    mine = [(i, t, f) for i, t in conversation.by("agent") if (f := search(GOODBYE, t.text))]
    theirs = conversation.by("caller")
    if not mine or not any(search(CALLER_GOODBYE, t.text) for _, t in theirs[-2:]):
        return None
    quiet_from = max(theirs[-1][1].end, mine[0][1].end)
    end = ended_at(conversation)
    if end is None:
        end = conversation.by("agent")[-1][1].start
    told = max(
        (float(e.data.get("seconds", 0)) for e in _situations(conversation, "silence", "silent")), default=0.0
    )
    if max(end - quiet_from, told) < SILENCE:
        return None
    index, turn, found = mine[-1]
    return (quoted(index, turn.text, found),), "双方已道别且对方静默满十秒"


def _situations(conversation: Conversation, *codes: str) -> list[Event]:
    return [e for e in conversation.events if e.kind == "situation" and e.data.get("code") in codes]


def _situation(conversation: Conversation, *codes: str) -> bool:
    return bool(_situations(conversation, *codes))

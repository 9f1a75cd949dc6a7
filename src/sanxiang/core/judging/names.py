"""Was the organisation named? By the names that the pack and the file give, by sound, or by the pattern of its kind."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sanxiang.core.judging.lexicon import Found
from sanxiang.core.language import Normal, normalise, sounds_like

#: words that could stand for any office: no part of a name
_GENERIC = re.compile(
    r"(?:电话|健康|客户|用户|便民|就医|门诊|综合|统一|智能|呼叫|联络|服务|客服|咨询|预约|导医|导诊|热线|值班|接线|调度|投诉)"
    r"*(?:服务|客服|咨询|预约|热线|值班|接线|调度|投诉|呼叫|联络|总机|前台|导医|导诊)(?:服务)?(?:部|处|科|室|台|中心|组|办公室|平台|电话|员)?$"
)
#: filler before a name: 「您好，这里是…」 says nothing of which one it is
_FILLER = re.compile(
    r"^(?:[您你侬]们?好|大家好|(?:早上|上午|中午|下午|晚上|新年)好|喂+|哎|嗯|啊|欢迎(?:您)?(?:致电|来电|拨打)|这里是|这里|这边是|这边|我们这是|我们是|我们"
    r"|我是|我这里是|我这边是|我|咱们|咱|本|贵|你们|您们|是|请问|的|老师|先生|女士|感谢(?:您)?(?:致电|来电|拨打)|感谢您|谢谢(?:您)?(?:致电|来电|拨打)"
    r"|不是|就是|哪家|哪个|什么|去|到|来|在|医院)+"
)
_HOSPITAL = (
    r"医院|保健院|卫生院|卫生室|卫生服务(?:中心|站)|医学(?:院|中心|部)|医疗(?:中心|集团)|体检中心|诊所|门诊部|疾控中心|疾病预防控制中心"
    r"|康复(?:中心|院)|护理院|疗养院|急救中心|血液中心|中心血站|养老院|总院|分院|院区|附[一二三四五]?院|妇幼(?!保健?科|科)"
    r"|[省市区县](?:人|儿|中)医|第?[一二三四五六七八九十\d]+院|医科大学|中医院"
)
KINDS: dict[str, str] = {
    "hospital": _HOSPITAL,
    "utility": r"供水|水务|自来水|水司|水厂|水业",
    "campus": r"后勤|物业|总务|保障(?:部|处|中心)|宿管",
    "centre": r"(?:服务|维修|客服|支持|技术|售后|咨询|呼叫|帮助)中心|数码|电脑|科技",
    "company": r"公司|集团|商城|银行|保险|电器|家电|电子|科技|网络|快递|物流|旅行社|酒店|专卖|旗舰|中心|热线|锁|航空|证券|基金",
}
#: words of a kind that are no name by themselves
_BARE = frozenset(
    "医院 体检中心 诊所 门诊部 总院 分院 院区 医务部 医学部 康复中心 服务中心 客服中心 咨询中心 呼叫中心 公司 集团 中心 热线".split()
)
#: an office inside a house, which is no house
_OFFICE = re.compile(
    r"(?:科|科室|护士站|病区|药房|药剂|收费处|挂号处|门诊|急诊|检验|体检|办公室|处|部|台|窗口|组|班|室)$"
)
_ENGLISH = re.compile(
    r"\b[a-z]+(?: [a-z]+)* (?:hospital|clinic|medical center|medical centre|health center|health centre|center|centre|company)\b"
)


def core_of(name: str) -> str:
    """What is left of a name without the office in it: 市妇幼保健院咨询中心 → 市妇幼保健院."""
    folded = normalise(name).text
    while (match := _GENERIC.search(folded)) and match.start() > 0:
        folded = folded[: match.start()]
    return "" if _GENERIC.fullmatch(folded) else folded


def is_house(name: str, kinds: Iterable[str]) -> bool:
    """Whether a department as the file writes it names the house too: 市二院咨询台 does, 产科护士站 does not."""
    core = core_of(name)
    return any(re.search(KINDS[k], core) for k in kinds) or not _OFFICE.search(core)


def organisation(text: Normal, names: Iterable[str], kinds: Iterable[str] = ()) -> Found | None:
    """Where the organisation is named in a folded text, None when it is not.

    ``names``: what it is called, offices in them left out; more than half of one, or its sound, is enough.
    ``kinds``: keys of KINDS; a qualified word of such a kind (市二院, 康宁医院) is a name too.
    """
    for name in names:
        core = core_of(name)
        if len(core) < 2:
            continue
        if place := sounds_like(text.text, core):
            return Found(*place)
        if part := _large_part(text.text, core):
            return part
    for kind in kinds:
        if found := _of_kind(text.text, KINDS[kind], kind):
            return found
    match = _ENGLISH.search(text.text) if kinds else None
    return Found(*match.span()) if match else None


def _large_part(text: str, core: str) -> Found | None:
    """The longest stretch of the name in the text, where that is at least half of the name and three characters."""
    for length in range(len(core), max(2, (len(core) - 1) // 2), -1):
        for at in range(len(core) - length + 1):
            piece = core[at : at + length]
            place = text.find(piece)
            if place >= 0 and not _GENERIC.fullmatch(piece):
                return Found(place, place + length)
    return None


def _of_kind(text: str, pattern: str, kind: str) -> Found | None:
    for match in re.finditer(pattern, text):
        before = text[: match.start()]
        own = re.split(r"[您你]们?好|这里是|这边是|致电|来电|服务", before)[-1]
        own = own[_filler_end(own) :]
        qualified = bool(own) or match[0] not in _BARE
        if qualified and not re.search(r"[去到问找]$", before):
            start = match.start() - min(len(own), 12)
            return Found(start, match.end())
    return None


def _filler_end(text: str) -> int:
    match = _FILLER.match(text)
    return match.end() if match else 0

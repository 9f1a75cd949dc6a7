"""What is done with people: made, given links, put into a state, let go. Each use case raises `Refused` with the reasons."""

from __future__ import annotations

import hashlib
import os
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sanxiang.ground.clock import local
from sanxiang.ground.folder import Folder
from sanxiang.log.client import AppenderDown, Client
from sanxiang.log.reader import LogReader

if TYPE_CHECKING:
    from sanxiang.people.models import Account

LINK_LIFE = timedelta(minutes=30)


class Refused(Exception):
    """Why not: ``problems`` as the appender gives them ({"code", "problem", "cure", "fields", "clause", "ask"})."""

    def __init__(self, *problems: dict[str, Any]) -> None:
        super().__init__("；".join(p["problem"] for p in problems))
        self.problems = list(problems)


def problem(code: str, text: str, cure: str = "", *fields: str) -> dict[str, Any]:
    """One reason of a refusal."""
    return {"code": code, "problem": text, "cure": cure, "fields": list(fields), "clause": "", "ask": False}


def ensure_django(folder: Folder) -> None:
    """Makes Django usable for this data folder in this process; a second folder takes the place of the first."""
    os.environ["SANXIANG_DATA"] = str(folder.root)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sanxiang.site.settings")
    import django
    from django.apps import apps

    if not apps.ready:
        django.setup()
    from django.db import connections

    settings = connections.settings["default"]
    if str(settings["NAME"]) != str(folder.app_db):
        connections["default"].close()
        settings["NAME"] = connections["default"].settings_dict["NAME"] = folder.app_db


def migrate(folder: Folder) -> None:
    """Creates app.db, or brings its tables up to this version. Prints nothing."""
    ensure_django(folder)
    folder.root.mkdir(parents=True, exist_ok=True, mode=0o700)
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    folder.app_db.chmod(0o600)


def bootstrap(folder: Folder) -> dict[str, Any]:
    """app.db with the administrator and the demonstration's ten agents, as often as one likes; writes app.db alone.

    Gives {"url_path": a fresh one-time sign-in of the administrator, "login": theirs, "agents": how many there are}.
    The link lasts until it is used; with a password set it is for those who forgot theirs, and lasts 30 minutes.
    """
    migrate(folder)
    from django.db import transaction

    from sanxiang.people.demo import load_demo_agents
    from sanxiang.people.models import Account

    with transaction.atomic():
        administrator = Account.objects.filter(login="admin").first() or Account.objects.create(
            login="admin", name="管理员", roles=["administrator", "supervisor", "inspector"]
        )
        count = load_demo_agents()
    path = one_time_link(administrator, by="up", lasting=not administrator.has_usable_password(), ask_password=True)
    return {"url_path": path, "login": administrator.login, "agents": count}


# -- accounts --------------------------------------------------------------------------------------------------------
def add_account(login: str, name: str, roles: list[str], **more: Any) -> Account:
    """A new account without a password. Raises Refused naming the field."""
    from sanxiang.people import rules
    from sanxiang.people.models import Account
    from sanxiang.web.access import ROLES

    login, name = login.strip().lower(), name.strip()
    wrong = []
    if text := rules.login_problem(login):
        wrong.append(problem("bad_login", text, "", "login"))
    elif Account.objects.filter(login=login).exists():
        wrong.append(problem("login_taken", f"登录名 {login} 已经有人用", "换一个登录名", "login"))
    if not name or len(name) > 32:
        wrong.append(problem("bad_name", "请填写姓名（不超过 32 字）", "", "name"))
    if not roles or set(roles) - set(ROLES):
        wrong.append(problem("bad_roles", "至少选一个角色", "", "roles"))
    if wrong:
        raise Refused(*wrong)
    return Account.objects.create(login=login, name=name, roles=roles, **more)


def add_agent(client: Client, number: str, name: str, extension: str = "", roles: list[str] | None = None) -> Account:
    """A new agent: account, fact AgentAdded, phones made known to the switch. Raises Refused, AppenderDown; nothing is left then."""
    from django.db import transaction

    from sanxiang.people import rules
    from sanxiang.people.models import Account

    number = number.strip()
    if text := rules.number_problem(number):
        raise Refused(problem("bad_number", text, "", "number"))
    if Account.objects.filter(agent_number=number).exists():
        raise Refused(problem("number_taken", f"工号 {number} 已经有人用", "换一个工号；离职者的工号不再分配", "number"))
    taken = Account.objects.values_list("extension", flat=True)
    extension = extension.strip() or rules.extension_for(number, taken)
    if text := rules.extension_problem(extension):
        raise Refused(problem("bad_extension", text, "", "extension"))
    if extension in set(taken):
        raise Refused(problem("extension_taken", f"分机 {extension} 已经有人用", "换一个分机号", "extension"))
    with transaction.atomic():
        wanted = list(dict.fromkeys(["agent", *(roles or [])]))
        account = add_account(f"agent{number}", name, wanted, agent_number=number, extension=extension)
        answer = client.propose({"kind": "AgentAdded", "data": {"agent": number, "extension": extension}})
        if not answer["ok"]:
            raise Refused(*answer["problems"])
    configure(client)
    return account


def configure(client: Client) -> None:
    """Tells the switch which phones there are. Raises AppenderDown, Refused."""
    from sanxiang.people.queries import seats

    answer = client.request({"do": "configure", "seats": seats()})
    if not answer["ok"]:
        raise Refused(*answer["problems"])


def let_go(client: Client, account: Account, by: str) -> None:
    """Ends somebody's work here: no sign-in, no phone. The number stays theirs. Raises Refused, AppenderDown."""
    if account.agent_number:
        set_state(client, account.agent_number, "offline", by=by, reason="停用账号")
    account.is_active = False
    account.save(update_fields=["is_active"])
    account.links.filter(used_at=None).delete()
    if account.agent_number:
        configure(client)
    _nudge()


def bring_back(client: Client, account: Account) -> None:
    """Undoes `let_go`."""
    account.is_active = True
    account.save(update_fields=["is_active"])
    if account.agent_number:
        configure(client)
    _nudge()


# -- states ----------------------------------------------------------------------------------------------------------
def set_state(
    client: Client, number: str, state: str, by: str = "", reason: str = "", log: LogReader | None = None
) -> list[dict[str, Any]]:
    """Puts an agent into ready, busy, break, mobile or offline; gives what gates counted. Raises Refused, AppenderDown.

    ``by``: login or number of whoever does it for them, "" themselves. A refusal whose ``ask`` is true passes with a reason.
    ``log``: so that a refusal can name the registrations that stand in the way.
    """
    data = {"agent": number, "state": state, "by": by, "reason": reason}
    answer = client.propose({"kind": "AgentStateChanged", "data": {k: v for k, v in data.items() if v}})
    if not answer["ok"]:
        raise Refused(*(_named(p, unsigned(log, number) if log else []) for p in answer["problems"]))
    return list(answer.get("counted", []))


def _named(refusal: dict[str, Any], calls: list[dict[str, Any]]) -> dict[str, Any]:
    """A gate's refusal with the registrations that wait for their signature."""
    if refusal.get("code") != "gate" or not calls:
        return refusal
    names = "、".join(f"{c['call']}（{c['ended']} 挂机）" for c in calls)
    return refusal | {"problem": f"{refusal['problem']}：来电 {names}", "calls": [c["call"] for c in calls]}


def unsigned(log: LogReader, number: str) -> list[dict[str, Any]]:
    """``[{"call", "ended"}]``: an agent's calls that are over and wait for their signature, parked ones left out."""
    calls = [c for c in log.live_calls() if c.agent == number and c.registration == "open" and c.ended_at]
    return [{"call": c.id, "ended": local(c.ended_at).strftime("%H:%M")} for c in sorted(calls, key=lambda c: c.ended_at)]


# -- signing in ------------------------------------------------------------------------------------------------------
def digest(token: str) -> str:
    """What is kept of a token: it is random enough for a plain hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def one_time_link(account: Account, by: str = "", lasting: bool = False, ask_password: bool = False) -> str:
    """The path of a new link that signs in once, within 30 minutes or (``lasting``) until it is used.

    A lasting one takes the place of earlier lasting ones of the account.
    """
    from django.utils import timezone

    from sanxiang.people.models import OneTimeLink

    if lasting:
        OneTimeLink.objects.filter(account=account, used_at=None, expires_at=None).delete()
    token = secrets.token_urlsafe(24)
    expires = None if lasting else timezone.now() + LINK_LIFE
    OneTimeLink.objects.create(
        digest=digest(token), account=account, expires_at=expires, made_by=by, ask_password=ask_password
    )
    return f"/once/{token}/"


def use_link(token: str) -> tuple[Account, bool]:
    """Spends a link: (whom it signs in, whether a password should be asked for). Raises Refused saying what is wrong with it."""
    from django.utils import timezone

    from sanxiang.people.models import OneTimeLink

    link = OneTimeLink.objects.select_related("account").filter(digest=digest(token)).first()
    again = "请管理员或班长再给一个：“人员”页的“登录链接”，或 sanxiang agents sign-in 工号"
    if link is None:
        raise Refused(problem("no_link", "这个登录链接不对", f"请核对是否复制完整；{again}"))
    if link.used_at is not None:
        raise Refused(problem("link_used", "这个登录链接已经用过了", again))
    if link.expires_at is not None and link.expires_at <= timezone.now():
        raise Refused(problem("link_old", "这个登录链接已过期（30 分钟内有效）", again))
    if not link.account.is_active:
        raise Refused(problem("inactive", "这个账号已停用", "请联系管理员"))
    spent = OneTimeLink.objects.filter(pk=link.pk, used_at=None).update(used_at=timezone.now())
    if not spent:  # two browsers at once: one wins
        raise Refused(problem("link_used", "这个登录链接已经用过了", again))
    return link.account, link.ask_password


def login_of(name: str) -> str:
    """The login that a person means: they may type their agent number."""
    from sanxiang.people.models import Account

    name = name.strip()
    found = Account.objects.filter(agent_number=name).values_list("login", flat=True).first() if name else None
    return found or name.lower()


def _nudge() -> None:
    from sanxiang.web import live

    live.nudge()


__all__ = ["AppenderDown", "Refused"]

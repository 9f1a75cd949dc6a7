"""What happens to a registration: parked, signed. Its words live beside the log, erasable."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from sanxiang.core.facts.base import Body, register


@register
class RegistrationParked(Body, frozen=True, kw_only=True):
    """The draft was set aside unsigned, because others wait."""

    title: ClassVar[str] = "登记暂存"
    call: str
    agent: str


@register
class RegistrationSigned(Body, frozen=True, kw_only=True):
    """The agent signed the record of a call.

    ``filled`` names the fields that hold something; ``choices`` the values of fields that are choices or yes/no
    (facts of the standard, not of a person). Free words are behind ``words``.
    """

    title: ClassVar[str] = "登记签名"
    private: ClassVar[dict[str, str]] = {"words": "registration"}
    call: str
    agent: str
    form: str
    filled: list[str]
    choices: dict[str, Any] = {}
    result: Literal["solved", "unsolved"] = "solved"
    words: str = ""

"""What is a fact, and how is it written down and read again?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

import msgspec


class FactError(ValueError):
    """A fact that the vocabulary does not know, or whose fields do not fit."""


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What one kind of fact says. Subclasses are the kinds; the class name is the kind.

    ``derived``: made by the standard (dropped and made anew by a replay), else observed.
    ``about``: the field that names the subject; the log is indexed by it.
    ``title``: what users read, in Chinese.
    ``version``: raised with each change of fields; `upgrades` maps an old version to a reader.
    """

    derived: ClassVar[bool] = False
    about: ClassVar[str] = "call"
    title: ClassVar[str] = ""
    version: ClassVar[int] = 1
    upgrades: ClassVar[dict[int, Callable[[dict[str, Any]], dict[str, Any]]]] = {}
    #: fields that hold a reference into the erasable table of personal data: field -> what it is
    private: ClassVar[dict[str, str]] = {}


class Fact(msgspec.Struct, frozen=True):
    """A numbered body. ``at`` orders the log and never decreases; ``happened`` is the source's own clock.

    Both in microseconds since 1970, UTC. Measuring uses ``happened``; due rows and replay use ``at``.
    """

    n: int
    at: int
    happened: int
    body: Body
    #: digests of pack and engine, for derived facts
    pack: str = ""
    engine: str = ""

    @property
    def kind(self) -> str:
        return type(self.body).__name__

    @property
    def subject(self) -> str:
        return str(getattr(self.body, self.body.about))


_REGISTRY: dict[str, type[Body]] = {}
_DECODERS: dict[str, msgspec.json.Decoder[Body]] = {}
_ENCODER = msgspec.json.Encoder()


B = TypeVar("B", bound=type[Body])


def register(cls: B) -> B:
    """Class decorator: adds a kind to the vocabulary. Raises FactError when the name is taken."""
    if cls.__name__ in _REGISTRY:
        raise FactError(f"two facts are called {cls.__name__}")
    _REGISTRY[cls.__name__] = cls
    _DECODERS[cls.__name__] = msgspec.json.Decoder(cls)
    return cls


def kinds() -> dict[str, type[Body]]:
    """All kinds by name."""
    return dict(_REGISTRY)


def body_class(kind: str) -> type[Body]:
    """The class of a kind. Raises FactError when there is none."""
    try:
        return _REGISTRY[kind]
    except KeyError:
        raise FactError(f"no fact is called {kind!r}") from None


def encode_body(body: Body) -> bytes:
    """The body as JSON, fields in the order of the class, defaults left out: the bytes that are hashed."""
    return _ENCODER.encode(body)


def decode_body(kind: str, version: int, raw: bytes | str) -> Body:
    """Reads a body of any version up to today's. Raises FactError with the cause."""
    cls = body_class(kind)
    try:
        if version == cls.version:
            return _DECODERS[kind].decode(raw)
        if version > cls.version:
            raise FactError(
                f"{kind} version {version} was written by a newer program (this one knows {cls.version})"
            )
        data = msgspec.json.decode(raw)
        while version < cls.version:
            data = cls.upgrades[version](data)
            version += 1
        return msgspec.convert(data, cls)
    except msgspec.MsgspecError as error:
        raise FactError(f"{kind}: {error}") from None


def make_body(kind: str, data: dict[str, Any]) -> Body:
    """A body from plain data (a command's JSON). Raises FactError naming the field."""
    try:
        return msgspec.convert(data, body_class(kind))
    except msgspec.ValidationError as error:
        raise FactError(f"{kind}: {error}") from None

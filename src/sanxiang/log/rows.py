"""How do facts, entities, clocks and effects look as rows, and how is a fact hashed?"""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from sanxiang.core.engine.context import Effect
from sanxiang.core.engine.state import ENTITY_CLASSES, Call, Due, Entity, Promise, State, key_of, kind_of
from sanxiang.core.facts import Fact, decode_body, encode_body

GENESIS = b"\0" * 32
_encode = msgspec.json.Encoder().encode
_decoders: dict[str, Any] = {kind: msgspec.json.Decoder(cls) for kind, cls in ENTITY_CLASSES.items()}
_due_decoder = msgspec.json.Decoder(Due)

FactRow = tuple[int, int, int, str, int, str, str, str, str, str, bytes]
FACT_COLUMNS = "n, at, happened, kind, v, subject, call, body, pack, engine, hash"


def chain(previous: bytes, row: tuple[Any, ...]) -> bytes:
    """The hash of a fact: SHA-256 over the hash before it and every column but its own hash."""
    text = "\x1f".join(map(str, row))
    return hashlib.sha256(previous + text.encode()).digest()


def fact_row(fact: Fact, previous: bytes) -> FactRow:
    """A fact as a row of `fact`, chained to the one before."""
    body = fact.body
    columns = (
        fact.n, fact.at, fact.happened, fact.kind, body.version, fact.subject, getattr(body, "call", ""),
        encode_body(body).decode(), fact.pack, fact.engine,
    )  # fmt: skip
    return (*columns, chain(previous, columns))


def fact_of(row: tuple[Any, ...]) -> Fact:
    """A fact from a row (columns as in FACT_COLUMNS)."""
    return Fact(
        n=row[0], at=row[1], happened=row[2], body=decode_body(row[3], row[4], row[7]), pack=row[8], engine=row[9]
    )


def entity_row(state: State, entity: Entity) -> tuple[str, str, int, int, str]:
    """An entity as a row; ``live``: still needed to decide."""
    kind, key = kind_of(entity), key_of(entity)
    live = key in getattr(state, kind + "s")
    at = entity.queued_at if isinstance(entity, Call) else entity.made_at if isinstance(entity, Promise) else 0
    return kind, key, int(live), at, _encode(entity).decode()


def entity_of(kind: str, body: str) -> Entity:
    return _decoders[kind].decode(body)  # type: ignore[no-any-return]


def due_row(state: State, due: Due) -> tuple[str, int, str, int, str]:
    return due.key, due.at, due.state, int(due.key in state.dues), _encode(due).decode()


def due_of(body: str) -> Due:
    return _due_decoder.decode(body)


def effect_row(effect: Effect, n: int) -> tuple[str, int, str, str, int]:
    return effect.key, n, effect.kind, _encode(effect.data).decode(), effect.expires

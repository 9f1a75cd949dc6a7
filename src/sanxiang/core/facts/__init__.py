"""Which things can happen, and what is kept of each? The vocabulary of the log.

One file per subject. `base` holds the envelope and the registry; importing this package registers all kinds.
"""

from sanxiang.core.facts import agents, calls, derived, promises, registrations, system
from sanxiang.core.facts.base import Body, Fact, FactError, body_class, decode_body, encode_body, kinds

__all__ = [
    "Body",
    "Fact",
    "FactError",
    "agents",
    "body_class",
    "calls",
    "decode_body",
    "derived",
    "encode_body",
    "kinds",
    "promises",
    "registrations",
    "system",
]

"""Which tables has log.db? Written by the appender alone; released shapes are changed by adding, never by altering."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS fact (
    n INTEGER PRIMARY KEY, at INTEGER NOT NULL, happened INTEGER NOT NULL, kind TEXT NOT NULL, v INTEGER NOT NULL,
    subject TEXT NOT NULL, call TEXT NOT NULL, body TEXT NOT NULL, pack TEXT NOT NULL, engine TEXT NOT NULL,
    hash BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS fact_call ON fact(call) WHERE call <> '';
CREATE TABLE IF NOT EXISTS entity (
    kind TEXT NOT NULL, id TEXT NOT NULL, live INTEGER NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (kind, id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS entity_live ON entity(kind, live) WHERE live = 1;
CREATE INDEX IF NOT EXISTS entity_at ON entity(kind, at);
CREATE TABLE IF NOT EXISTS due (
    key TEXT PRIMARY KEY, at INTEGER NOT NULL, state TEXT NOT NULL, live INTEGER NOT NULL, body TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS due_at ON due(at) WHERE state = 'open';
CREATE INDEX IF NOT EXISTS due_live ON due(live) WHERE live = 1;
CREATE TABLE IF NOT EXISTS outbox (
    key TEXT PRIMARY KEY, n INTEGER NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL, expires INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'open'
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS outbox_open ON outbox(n) WHERE state = 'open';
CREATE TABLE IF NOT EXISTS command (key TEXT PRIMARY KEY, n INTEGER NOT NULL, answer TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS private (
    ref TEXT PRIMARY KEY, kind TEXT NOT NULL, norm TEXT NOT NULL, value TEXT NOT NULL, at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS private_norm ON private(kind, norm) WHERE norm <> '';
CREATE TABLE IF NOT EXISTS pack (digest TEXT PRIMARY KEY, name TEXT NOT NULL, text TEXT NOT NULL) WITHOUT ROWID;
"""

PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA busy_timeout=5000",
    "PRAGMA cache_size=-16000",
    "PRAGMA foreign_keys=ON",
)

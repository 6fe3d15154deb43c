"""What a till knows, and how far it has read: one SQLite file, both changed in one transaction."""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

_TABLES = """
CREATE TABLE IF NOT EXISTS offsets (
    topic TEXT, partition INTEGER, next_offset INTEGER NOT NULL, PRIMARY KEY (topic, partition));
CREATE TABLE IF NOT EXISTS events (
    topic TEXT, subject TEXT, type TEXT, sequence TEXT NOT NULL, data TEXT NOT NULL,
    PRIMARY KEY (topic, subject, type));
"""
# A copy of what is here already, and whatever is older than it, changes nothing: so a replayed topic does not either.
_KEEP = """
INSERT INTO events (topic, subject, type, sequence, data) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (topic, subject, type) DO UPDATE SET sequence = excluded.sequence, data = excluded.data
WHERE excluded.sequence > events.sequence
"""
_READ = """
INSERT INTO offsets (topic, partition, next_offset) VALUES (?, ?, ?)
ON CONFLICT (topic, partition) DO UPDATE SET next_offset = excluded.next_offset
"""


@dataclass(frozen=True)
class KnownEvent:
    """The newest event of one type about one subject; `data` is its JSON."""

    topic: str
    subject: str
    type: str
    sequence: str
    data: str


@dataclass(frozen=True)
class Offset:
    topic: str
    partition: int
    next_offset: int


class Memory:
    def __init__(self, file: Path) -> None:
        self._database = sqlite3.connect(file)
        self._database.executescript(_TABLES)

    def close(self) -> None:
        self._database.close()

    def keep(self, events: Iterable[KnownEvent], offsets: Iterable[Offset]) -> bool:
        """Remember the events and that they were read: both or, if we die in between, neither. Say if any was new."""
        with self._database as transaction:
            new = transaction.executemany(
                _KEEP, ((event.topic, event.subject, event.type, event.sequence, event.data) for event in events)
            ).rowcount
            transaction.executemany(_READ, ((offset.topic, offset.partition, offset.next_offset) for offset in offsets))
        return new > 0

    def next_offset(self, topic: str, partition: int) -> int:
        """Where to read on; a topic that was never read begins at 0."""
        found = self._database.execute(
            "SELECT next_offset FROM offsets WHERE topic = ? AND partition = ?", (topic, partition)
        ).fetchone()
        return int(found[0]) if found else 0

    def of(self, topic: str) -> Iterator[KnownEvent]:
        """By subject, and each subject's events in the order in which they happened."""
        rows = self._database.execute(
            "SELECT topic, subject, type, sequence, data FROM events WHERE topic = ? ORDER BY subject, sequence",
            (topic,),
        )
        return (KnownEvent(*row) for row in rows)

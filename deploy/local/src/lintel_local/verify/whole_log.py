"""The checks that read every fact of the log: oversold, books and orders against the log, dead letters."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import asyncpg

from lintel_local.verify.checks import check_all
from lintel_local.verify.facts import LETTERS, TOPICS, Facts
from lintel_local.verify.log import Partition, Record
from lintel_local.verify.report import Result
from lintel_local.verify.stock import read_books

__all__ = ["LETTERS", "TOPICS", "WholeLog"]

_APPLIED = "SELECT consumer_group, topic, partition, next_offset FROM consumer_offsets"


@dataclass(slots=True)
class WholeLog:
    facts: Facts = field(default_factory=Facts)

    def take(self, records: Iterable[Record]) -> None:
        self.facts.take(records)

    async def results(self, connections: Mapping[str, asyncpg.Connection]) -> list[Result]:
        return check_all(await read_books(connections), self.facts)

    @staticmethod
    async def moving(connections: Mapping[str, asyncpg.Connection], reached: Mapping[Partition, int]) -> Result:
        """What somebody has still to apply, or to publish."""
        looked_at, wrong = 0, {}
        for service, connection in connections.items():
            if await connection.fetchval("SELECT EXISTS (SELECT FROM outbox)"):
                wrong[service] = f"{service} has events to publish"
            for group, topic, partition, offset in await connection.fetch(_APPLIED):
                looked_at += 1
                if offset < reached.get((topic, partition), 0):
                    wrong[f"{group} {topic} {partition} {offset}"] = f"{group} is at {offset} of {topic}/{partition}"
        return Result("partitions not applied to their end", looked_at, wrong)

"""Waiting until all is told and applied, then judging."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass

import asyncpg

from lintel_local.demo.checker.books import Books, read_orders, read_slots, read_stock
from lintel_local.demo.checker.facts import LETTERS, TOPICS, fold
from lintel_local.demo.checker.verdict import Verdict, judge
from lintel_local.demo.log import Log, Partition, Record

PATIENCE = 60.0

_WAITING = "SELECT count(*) FROM outbox"
_APPLIED = "SELECT topic, partition, min(next_offset) AS next_offset FROM consumer_offsets GROUP BY topic, partition"


@dataclass(frozen=True, slots=True)
class Audit:
    verdict: Verdict
    events: int
    settled: bool
    """Whether everything told had been applied everywhere when it was judged."""


async def audit(databases: Mapping[str, str], bootstrap: str) -> Audit:
    """Judge the system whose databases, by service, and broker these are. It must not be in use meanwhile."""
    records: list[Record] = []
    with Log(bootstrap, (*TOPICS, *LETTERS), "beginning") as log:
        deadline = time.monotonic() + PATIENCE
        settled = calm = False
        while not calm and time.monotonic() < deadline:
            news = await asyncio.to_thread(log.read_to_end)
            records += news
            calm = settled and not news  # one look sees the databases one after another, two see that nothing moved
            settled = await _settled(databases, log.reached)
    books = Books(
        stock=await read_stock(databases["inventory"]),
        orders=await read_orders(databases["orders"]),
        slots=await read_slots(databases["pickup"]),
    )
    facts, events = fold(records)
    return Audit(judge(books, facts), events, calm)


async def _settled(databases: Mapping[str, str], reached: Mapping[Partition, int]) -> bool:
    """No event waits to be told, and nobody has one left to apply."""
    for url in databases.values():
        connection = await asyncpg.connect(url)
        try:
            if await connection.fetchval(_WAITING):
                return False
            for row in await connection.fetch(_APPLIED):
                if row["next_offset"] < reached.get((row["topic"], row["partition"]), 0):
                    return False
        finally:
            await connection.close()
    return True

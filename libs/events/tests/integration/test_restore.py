"""A database that was put back to an older state takes up from the log what it no longer knows."""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

import asyncpg
import orjson
import pytest

from lintel_events.outbox.outbox import Outbox
from lintel_events.outbox.unit_of_work import UnitFactory, UnitOfWork
from lintel_events.restore.restore import History, Restoration, RestoreReport, number_of, restore
from lintel_events.testing import Toy, running, until

pytestmark = pytest.mark.integration


async def take_up(unit: UnitOfWork, history: History) -> Mapping[str, int]:
    """The highest number of each note, over what the table has."""
    newest = Counter[str]()
    for delivery in history:
        newest[delivery.event.note] = max(newest[delivery.event.note], number_of(delivery))
    changed = await unit.fetch(
        """INSERT INTO notes AS n SELECT * FROM unnest($1::text[], $2::bigint[])
           ON CONFLICT (note) DO UPDATE SET sequence = excluded.sequence WHERE n.sequence < excluded.sequence
           RETURNING note""",
        list(newest),
        list(newest.values()),
    )
    return {"notes": len(changed)}


async def run(toy: Toy, *, dry_run: bool = False) -> RestoreReport:
    declared = Restoration((toy.event,), take_up, {"texts": "What was noted."})
    return await restore(declared, dsn=toy.dsn, bootstrap=toy.bootstrap, source=f"/{toy.name}", dry_run=dry_run)


async def notes(toy: Toy) -> dict[str, int]:
    return {row["note"]: row["sequence"] for row in await toy.pool.fetch("SELECT note, sequence FROM notes")}


@pytest.fixture
async def put_back(toy: Toy) -> Toy:
    """Backed up with one note told and one about to be; afterwards more was told, and then the backup was put back."""
    async with running(toy.relay()):
        await toy.note("known")
        await until(_all_sent(toy))
    await toy.note("known")
    backup = await toy.pool.fetch("SELECT topic, partition, key, event_id, headers, payload FROM outbox")
    async with running(toy.relay()):
        for _ in range(3):
            await toy.note("known")
            await toy.note("unknown")
        await until(_all_sent(toy))
    await toy.pool.execute("DELETE FROM notes WHERE note = 'unknown'")
    await toy.pool.execute("UPDATE notes SET sequence = 2")
    await _put_back(toy, backup)
    return toy


async def _put_back(toy: Toy, rows: list[asyncpg.Record]) -> None:
    await toy.pool.executemany(
        "INSERT INTO outbox (topic, partition, key, event_id, headers, payload) VALUES ($1, $2, $3, $4, $5, $6)",
        [tuple(row) for row in rows],
    )


def _all_sent(toy: Toy) -> Callable[[], Awaitable[Any]]:
    async def all_sent() -> bool:
        return await toy.waiting() == 0

    return all_sent


async def test_rows_are_brought_up_to_their_last_event(put_back: Toy) -> None:
    """Known and unknown ones; what was sent already is not sent again, for it would end a compacted topic."""
    outcome = await run(put_back)
    assert await notes(put_back) == {"known": 5, "unknown": 3}
    assert (outcome.not_sent_again, await put_back.waiting()) == (1, 0)
    assert outcome.done == {"notes": 2}


async def test_sequences_go_on_above_all_that_was_published(put_back: Toy) -> None:
    """A mirror keeps the higher one: under the old epoch a restored service would be silent to it."""
    assert (await run(put_back)).epoch == 2
    outbox = await Outbox.open(put_back.pool, f"/{put_back.name}", put_back.committed)
    restarted = replace(put_back, units=UnitFactory(put_back.pool, outbox))
    async with running(restarted.relay()):
        await restarted.note("known")
        await until(_all_sent(restarted))
    published = [orjson.loads(message.value() or b"") for message in restarted.log()]
    sequences = [event["sequence"] for event in published if event["subject"] == "known"]
    assert sequences == sorted(sequences)
    assert sequences[-1] == "0002-000000000006"


async def test_an_epoch_of_the_log_that_the_backup_does_not_know_is_passed(put_back: Toy) -> None:
    """The backup may be older than the last restore."""
    await run(put_back)
    outbox = await Outbox.open(put_back.pool, f"/{put_back.name}", put_back.committed)
    restarted = replace(put_back, units=UnitFactory(put_back.pool, outbox))
    async with running(restarted.relay()):
        await restarted.note("known")
        await until(_all_sent(restarted))
    await put_back.pool.execute("UPDATE backbone SET epoch = 1")
    assert (await run(put_back)).epoch == 3


async def test_running_it_again_changes_no_row(put_back: Toy) -> None:
    """An operator whose terminal broke runs it once more."""
    await run(put_back)
    again = await run(put_back)
    assert again.done == {"notes": 0}
    assert await notes(put_back) == {"known": 5, "unknown": 3}


async def test_a_dry_run_says_the_same_and_keeps_nothing(put_back: Toy) -> None:
    """What would be done is asked for before it is done."""
    outcome = await run(put_back, dry_run=True)
    assert outcome.done == {"notes": 2}
    assert await notes(put_back) == {"known": 2}
    assert (await put_back.waiting(), await put_back.pool.fetchval("SELECT epoch FROM backbone")) == (1, 1)


async def test_it_refuses_while_the_service_runs(toy: Toy) -> None:
    """A row that somebody changes meanwhile would be taken for older than it is."""
    relay = toy.relay()

    async def leads() -> bool:
        return relay.state == "running"

    async with running(relay):
        await until(leads)
        with pytest.raises(RuntimeError, match="stop the service first"):
            await run(toy)

"""What operators see of the backbone: its figures are what is so, and a figure that nobody can read is unknown."""

import asyncio
from collections.abc import Sequence
from math import inf, isnan
from typing import Any

import pytest
from prometheus_client import REGISTRY

from lintel_events.consumer.handler import Delivery, Handler
from lintel_events.mirror.mirror import mirror_of
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_events.sql_gauges import MIRRORS, OUTBOX, PARKED, SqlGauges
from lintel_events.testing import Toy, running, until

pytestmark = pytest.mark.integration


def _figure(name: str, **labels: str) -> float:
    value = REGISTRY.get_sample_value(f"lintel_{name}", labels)
    assert value is not None, f"{name} {labels} is not exported"
    return value


async def _show(toy: Toy, figures: SqlGauges) -> None:
    figures.show(await toy.pool.fetch(figures.sql))


async def test_the_outbox_shows_how_many_wait_and_for_how_long(toy: Toy) -> None:
    """A relay that stands still is first seen here."""
    for n in range(3):
        await toy.note(f"note-{n}")

    await _show(toy, OUTBOX)
    assert _figure("outbox_events") == 3
    assert _figure("outbox_oldest_seconds") > 0

    passed = _figure("relay_pass_events_sum")
    async with running(toy.relay()):
        await until(lambda: _sent(toy))
    await _show(toy, OUTBOX)
    assert _figure("outbox_events") == 0
    assert _figure("outbox_oldest_seconds") == 0
    assert _figure("relay_pass_events_sum") == passed + 3


async def _sent(toy: Toy) -> bool:
    return await toy.waiting() == 0


async def test_a_consumer_that_hangs_shows_its_lag(toy: Toy) -> None:
    """The age grows though the consumer itself does nothing; what was at the end is at the end again afterwards."""
    reached, released = asyncio.Event(), asyncio.Event()

    async def hang(_: UnitOfWork, __: Sequence[Delivery[Any]]) -> None:
        reached.set()
        await released.wait()

    await toy.note("slow")
    [row] = await toy.pool.fetch("SELECT topic, partition::text FROM outbox")
    labels = {"consumer_group": toy.group, **dict(row)}
    async with running(toy.relay(), toy.consumer(Handler((toy.event,), hang))):
        await reached.wait()
        first = _figure("consumer_lag_seconds", **labels)
        await until(lambda: _is(lambda: _figure("consumer_lag_seconds", **labels) > first + 1))
        released.set()
        await until(lambda: _is(lambda: REGISTRY.get_sample_value("lintel_consumer_lag_records", labels) == 0))
        await until(lambda: _is(lambda: _figure("consumer_lag_seconds", **labels) < first + 1))
    assert _figure("handler_seconds_count", consumer_group=toy.group, topics=toy.topic.name) == 1


async def _is(condition: Any) -> bool:
    return bool(condition())


async def test_an_empty_partition_has_no_lag(toy: Toy) -> None:
    labels = {"consumer_group": toy.group, "topic": toy.topic.name, "partition": "0"}
    async with running(toy.consumer()):
        await until(lambda: _is(lambda: REGISTRY.get_sample_value("lintel_consumer_lag_records", labels) == 0))
    assert _figure("consumer_dead_total", consumer_group=toy.group) == 0


async def test_a_mirror_is_as_old_as_the_end_it_saw_last(toy: Toy) -> None:
    """Before its end was ever seen its age has no bound; a topic that is no mirror is not shown."""
    labels = {"consumer_group": toy.group, "topic": toy.topic.name}
    await toy.note("state")
    async with running(toy.relay(), toy.consumer(mirror_of(toy.event))):
        await until(lambda: toy.pool.fetchval("SELECT count(*) FROM mirror"))
        await until(lambda: _all_seen(toy))
    await _show(toy, MIRRORS)
    assert 0 <= _figure("mirror_age_seconds", **labels) < inf

    await toy.pool.execute("UPDATE consumer_offsets SET caught_up_at = NULL WHERE partition = 1")
    await _show(toy, MIRRORS)
    assert _figure("mirror_age_seconds", **labels) == inf

    await toy.pool.execute("DELETE FROM mirror")
    await _show(toy, MIRRORS)
    assert REGISTRY.get_sample_value("lintel_mirror_age_seconds", labels) is None


async def _all_seen(toy: Toy) -> bool:
    return not await toy.pool.fetchval("SELECT count(*) FROM consumer_offsets WHERE caught_up_at IS NULL")


async def test_parked_keys_are_shown_until_nothing_of_them_waits(toy: Toy) -> None:
    labels = {"consumer_group": toy.group, "topic": toy.topic.name}
    await toy.pool.execute("INSERT INTO parked_keys VALUES ($1, $2, 'a'), ($1, $2, 'b')", *labels.values())
    await toy.pool.execute(
        "INSERT INTO inbox_parked SELECT $1, $2, key, 0, n, 0, '[]', NULL, NULL, 1 "
        "FROM (VALUES ('a', 1), ('a', 2), ('b', 3)) AS parked (key, n)",
        *labels.values(),
    )
    await _show(toy, PARKED)
    assert (_figure("parked_keys", **labels), _figure("parked_events", **labels)) == (2, 3)

    await toy.pool.execute("DELETE FROM inbox_parked")
    await _show(toy, PARKED)
    assert REGISTRY.get_sample_value("lintel_parked_keys", labels) is None


async def test_a_figure_that_cannot_be_read_is_unknown(toy: Toy) -> None:
    await _show(toy, OUTBOX)
    OUTBOX.forget()

    assert isnan(_figure("outbox_events"))

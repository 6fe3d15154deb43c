"""examples/pos, as an integrator runs it: a process beside the system, that knows the log and nothing else."""

import asyncio
import json
import sqlite3
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Producer

from tests.system.log import BROKEN, Record
from tests.system.running import System
from tests.system.shop import Order, Shop, fresh

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("nothing_left_lying")]

PROGRAM = Path(__file__).parents[2] / "examples" / "pos" / "till.py"
TOPICS = ("catalog.products", "catalog.prices", "inventory.stock", "orders.orders", "pickup.pickups")
_PATIENCE_S = 60


@dataclass(frozen=True)
class Till:
    bootstrap: str
    store: str
    memory: Path

    async def start(self, *options: str) -> Process:
        return await asyncio.create_subprocess_exec(
            sys.executable, str(PROGRAM), "--json", "--kafka", self.bootstrap, "--store", self.store,
            "--memory", str(self.memory), *options, stdout=PIPE, stderr=PIPE,
        )  # fmt: skip

    async def list(self) -> dict[str, Any]:
        """All that it shows after reading to the end."""
        process = await self.start("--once")
        out, err = await asyncio.wait_for(process.communicate(), _PATIENCE_S)
        assert process.returncode == 0, err.decode()
        shown: dict[str, Any] = json.loads(out)
        return shown

    @asynccontextmanager
    async def killed(self) -> AsyncIterator[Process]:
        """A till that is switched off without warning."""
        process = await self.start()
        try:
            yield process
        finally:
            process.kill()
            await process.wait()


@pytest.fixture
async def store(shop: Shop) -> str:
    return await shop.open_store()


@pytest.fixture
def till(system: System, store: str, tmp_path: Path) -> Till:
    return Till(system.log.bootstrap, store, tmp_path / "till.sqlite")


async def test_a_till_shows_what_its_store_sells_and_whom_it_waits_for(
    system: System, shop: Shop, store: str, till: Till
) -> None:
    """And nothing of another store, nor of orders that have ended."""
    sku, other = await shop.stock(store, 5), await shop.stock(await shop.open_store(), 7)
    order, gone = await shop.confirmed(store, sku, 2), await shop.confirmed(store, sku)
    await shop.make_ready(order)
    await shop.work(order, "arrive", {"method": "desk"})
    await shop.cancel(gone["id"])
    await shop.order(gone["id"], wait="cancelled")
    await shop.order(order["id"], wait="ready")
    await system.quiet()

    shown = await till.list()

    price = {"amount": "1.50", "currency": "USD"}
    assert shown["shelf"] == {sku: {"name": f"Product {sku}", "price": price, "available": 3}}
    assert other not in shown["shelf"]
    lines = [{"sku": sku, "quantity": 2}]
    assert shown["orders"] == {
        order["id"]: {"number": order["number"], "status": "ready", "here": True, "lines": lines}
    }


async def test_a_running_till_tells_what_changes(shop: Shop, store: str, till: Till) -> None:
    sku = await shop.stock(store, 5)
    async with till.killed() as process:
        await _shown(process, sku, 5)
        assert (await shop.sell(store, sku, 2)).is_success
        await _shown(process, sku, 3)


async def test_a_till_killed_at_any_moment_ends_with_the_same_list(
    system: System, shop: Shop, store: str, till: Till, tmp_path: Path
) -> None:
    """What it knew and where it was are one transaction: it is the list of a till that was never switched off."""
    sku = await shop.stock(store, 50)
    placing = asyncio.create_task(_orders(shop, store, sku))
    for waited in (0.0, 0.05, 0.2, 0.4):
        async with till.killed() as process:
            await asyncio.wait_for(_line(process), _PATIENCE_S)
            await asyncio.sleep(waited)
    placed = await placing
    await system.quiet()

    shown = await till.list()

    assert shown["orders"].keys() == {order["id"] for order in placed}
    assert shown["shelf"][sku]["available"] == 50 - len(placed)
    assert shown == await Till(till.bootstrap, store, tmp_path / "another.sqlite").list()


async def test_topics_replayed_whole_change_nothing(
    system: System, shop: Shop, store: str, till: Till, tmp_path: Path
) -> None:
    """Read again from the beginning, and every record of the store appended a second time."""
    sku = await shop.stock(store, 9)
    placed = await _orders(shop, store, sku)
    await shop.make_ready(placed[0])
    await shop.order(placed[0]["id"], wait="ready")
    await system.quiet()
    before = await till.list()
    assert before["orders"][placed[0]["id"]]["status"] == "ready"

    await _append_again(system, store, sku)
    with closing(sqlite3.connect(till.memory, isolation_level=None)) as memory:
        assert memory.execute("DELETE FROM offsets").rowcount > 0

    assert await till.list() == before
    assert await Till(till.bootstrap, store, tmp_path / "another.sqlite").list() == before


async def test_a_record_that_is_no_event_does_not_stop_a_till(
    system: System, shop: Shop, store: str, till: Till
) -> None:
    """Any client with access to the broker can write anything."""
    sku = await shop.stock(store, 1)
    broken = json.dumps({"specversion": "1.0", "id": "1", "source": "/x", "type": "x.Unknown.v1", "data": 1})
    for value in (broken.encode(), b"\xff\x00", b"null"):
        await system.log.append("inventory.stock", fresh(BROKEN), value)
    assert sku in (await till.list())["shelf"]


async def _orders(shop: Shop, store: str, sku: str) -> list[Order]:
    return [await shop.confirmed(store, sku) for _ in range(5)]


async def _line(process: Process) -> dict[str, Any]:
    assert process.stdout
    shown: dict[str, Any] = json.loads(await process.stdout.readline())
    return shown


async def _shown(process: Process, sku: str, available: int) -> None:
    async with asyncio.timeout(_PATIENCE_S):
        while (await _line(process))["shelf"].get(sku, {}).get("available") != available:
            pass


async def _append_again(system: System, store: str, sku: str) -> None:
    """The same bytes onto the same partitions in the same order, as a restored mirror of the cluster would."""
    records = [record for record in await system.log.read(*TOPICS) if _of(record, store, sku)]
    producer = Producer({"bootstrap.servers": system.log.bootstrap})
    for record in records:
        producer.produce(record.topic, record.value, record.key, record.partition, headers=list(record.headers.items()))
    assert await asyncio.to_thread(producer.flush, _PATIENCE_S) == 0
    assert {record.topic for record in records} == set(TOPICS)


def _of(record: Record, store: str, sku: str) -> bool:
    return not record.key.startswith(BROKEN) and (record.key == sku or record.event["data"].get("store_code") == store)

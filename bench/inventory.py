"""What a reservation costs: inventory's handler on whole polls, beside raw asyncpg writing the same rows.

The baseline decides nothing and publishes nothing: one UPDATE of positions and two INSERTs a poll, arrays as ours.
"""

import asyncio
import itertools
import tempfile
from collections.abc import Callable, Coroutine
from pathlib import Path
from time import perf_counter
from typing import Any

import asyncpg
import uvloop
from rich.console import Console
from rich.table import Table

from lintel_chassis.db import migrate
from lintel_events.database import create_pool
from lintel_events.outbox.outbox import Outbox
from lintel_events.outbox.signal import Signal
from lintel_events.outbox.unit_of_work import UnitFactory
from lintel_inventory.testing import STORE, Inventory, placed, receipt
from lintel_local.postgres import Postgres
from results import save

POLL = 1_000
POLLS = 10
PRODUCTS = 2_000

_numbers = itertools.count(1)
_RESERVE = """
UPDATE stock_positions p SET reserved = p.reserved + n.quantity, sequence = p.sequence + 1
FROM unnest($1::text[], $2::bigint[]) AS n (sku, quantity) WHERE p.store_code = $3 AND p.sku = n.sku
"""
_INSERT = """
INSERT INTO reservations (store_code, order_id, status, sequence, opened_at)
SELECT $1, unnest($2::text[]), 'active', 1, clock_timestamp()
"""
_LINES = """
INSERT INTO reservation_lines (store_code, order_id, sku, quantity, reserved_at)
SELECT $1, order_id, sku, 1, clock_timestamp() FROM unnest($2::text[], $3::text[]) AS n (order_id, sku)
"""


def wanted(*, hot: bool) -> list[tuple[str, str]]:
    """Order ids and products of one poll."""
    return [(f"order-{n}", "SKU-1" if hot else f"SKU-{n % PRODUCTS + 1}") for n in itertools.islice(_numbers, POLL)]


async def ours(inventory: Inventory, *, hot: bool) -> None:
    await inventory.deliver(*(placed(order_id, (sku, 1)) for order_id, sku in wanted(hot=hot)))


async def raw(inventory: Inventory, *, hot: bool) -> None:
    orders = wanted(hot=hot)
    demand: dict[str, int] = {}
    for _, sku in orders:
        demand[sku] = demand.get(sku, 0) + 1
    order_ids, skus = [order_id for order_id, _ in orders], [sku for _, sku in orders]
    async with inventory.pool.acquire() as connection, connection.transaction():
        await connection.execute(_RESERVE, list(demand), list(demand.values()), STORE)
        await connection.execute(_INSERT, STORE, order_ids)
        await connection.execute(_LINES, STORE, order_ids, skus)


async def rate(poll: Callable[..., Coroutine[Any, Any, None]], inventory: Inventory, *, hot: bool) -> float:
    await poll(inventory, hot=hot)
    began = perf_counter()
    for _ in range(POLLS):
        await poll(inventory, hot=hot)
    return POLL * POLLS / (perf_counter() - began)


async def measure(url: str) -> dict[str, float]:
    async with create_pool(url, max_size=4) as pool:
        inventory = Inventory(url, pool, UnitFactory(pool, await Outbox.open(pool, "/inventory", Signal())))
        for start in range(1, PRODUCTS + 1, 500):
            await inventory.enter(*(receipt(f"SKU-{n}", 1_000_000) for n in range(start, start + 500)))
        return {
            "raw, spread": await rate(raw, inventory, hot=False),
            "reservations, spread": await rate(ours, inventory, hot=False),
            "raw, hot": await rate(raw, inventory, hot=True),
            "reservations, hot": await rate(ours, inventory, hot=True),
        }


async def _fresh_database(postgres: Postgres) -> str:
    admin = await asyncpg.connect(postgres.url())
    await admin.execute("CREATE DATABASE bench")
    await admin.close()
    return postgres.url("bench")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="lintel-bench-") as folder:
        postgres = Postgres(Path(folder))
        postgres.start()
        try:
            url = asyncio.run(_fresh_database(postgres))
            migrate.upgrade("lintel_inventory", url)
            figures = uvloop.run(measure(url))
        finally:
            postgres.stop()
    table = Table("", "a second", "of raw", title=f"Reservations, polls of {POLL:,} orders of one line")
    for kind in ("spread", "hot"):
        bare, full = figures[f"raw, {kind}"], figures[f"reservations, {kind}"]
        table.add_row(f"raw asyncpg, {kind}", f"{bare:,.0f}", "1.00")
        table.add_row(f"reserved and announced, {kind}", f"{full:,.0f}", f"{full / bare:.2f}")
    Console().print(table)
    save("inventory", figures)


if __name__ == "__main__":
    main()

"""What an order costs: placed and confirmed a second, how long until confirmed, memory; beside a bare endpoint.

Everything runs on one machine: the load, the five services, PostgreSQL and Kafka share its cores, as the bare
endpoint, its load and PostgreSQL do.
"""

import asyncio
import itertools
import json
import time
from typing import Any

import asyncpg
import uvloop
from rich.console import Console
from rich.table import Table

from load import Connection, Shopping, shop, steady
from results import save
from system import PRODUCTS, STORE, System, running_system

SECONDS = 6.0
STEADY_PER_SECOND = 100
HOT = "SKU-1"
SHOPPERS = 500

_numbers = itertools.count(1)


def placing(system: System, *, wait: bool, hot: bool = False) -> Shopping:
    """An order of one line; `wait` for its confirmation, `hot` always the same product."""
    tokens = [system.token("shopper", f"shopper-{number}") for number in range(SHOPPERS)]
    preference = {"Prefer": "wait=10"} if wait else {}

    async def place(connection: Connection) -> tuple[bool, int, bytes]:
        number = next(_numbers)
        body = {
            "channel": "web",
            "lines": [{"sku": HOT if hot else f"SKU-{number % PRODUCTS + 1}", "quantity": 1}],
            "fulfilment": {"type": "pickup", "store_code": STORE},
            "payment": {"method": "pay_in_store"},
        }
        status, answer = await connection.request(
            "POST", "/v1/orders", json.dumps(body).encode(), Content_Type="application/json",
            Authorization=f"Bearer {tokens[number % SHOPPERS]}", Idempotency_Key=f"bench-{number}", **preference,
        )  # fmt: skip
        return status == 201 and (not wait or b'"status":"confirmed"' in answer), status, answer

    return place


async def bare_order(connection: Connection) -> tuple[bool, int, bytes]:
    body = json.dumps({"sku": f"SKU-{next(_numbers) % PRODUCTS + 1}", "quantity": 1, "channel": "web"}).encode()
    status, answer = await connection.request("POST", "/orders", body, Content_Type="application/json")
    return status == 201, status, answer


async def sustained(system: System, shoppers: int, *, hot: bool = False) -> dict[str, Any]:
    """Place as fast as so many shoppers can, and wait until the last order is decided."""
    orders = await asyncpg.connect(system.env["LINTEL_ORDERS_DB"])
    first = await orders.fetchval("SELECT max(id) FROM orders") or ""
    began = time.perf_counter()
    placed = await shop(system.service("ORDERS"), shoppers, SECONDS, placing(system, wait=False, hot=hot))
    while await orders.fetchval("SELECT count(*) FROM orders WHERE id > $1 AND status = 'placed'", first):
        await asyncio.sleep(0.02)
    took = time.perf_counter() - began
    confirmed = await orders.fetchval("SELECT count(*) FROM orders WHERE id > $1 AND status = 'confirmed'", first)
    await orders.close()
    placed.print_unexpected()
    return {"placed_per_s": placed.rate, "confirmed_per_s": confirmed / took, "drain_s": took - placed.seconds}


async def waited(system: System, shoppers: int) -> dict[str, Any]:
    run = await shop(system.service("ORDERS"), shoppers, SECONDS, placing(system, wait=True))
    run.print_unexpected()
    return {"confirmed_per_s": run.rate, "p50_ms": run.percentile_ms(50), "p99_ms": run.percentile_ms(99)}


async def measure() -> dict[str, Any]:
    async with running_system() as system:
        figures: dict[str, Any] = {
            "memory_started_mib": system.memory_started_mib,
            "memory_filled_mib": system.memory_mib(),
        }
        await shop(system.bare_url, 8, 2, bare_order)
        await shop(system.service("ORDERS"), 8, 3, placing(system, wait=True))
        bare = await shop(system.bare_url, 32, SECONDS, bare_order)
        figures["bare_per_s"] = bare.rate
        figures["spread"] = await sustained(system, 32)
        figures["hot"] = await sustained(system, 32, hot=True)
        figures["bare_again_per_s"] = (await shop(system.bare_url, 32, SECONDS, bare_order)).rate
        figures["waited"] = {shoppers: await waited(system, shoppers) for shoppers in (1, 8, 32)}
        calm = await steady(system.service("ORDERS"), STEADY_PER_SECOND, 2 * SECONDS, placing(system, wait=True))
        calm.print_unexpected()
        figures["steady"] = {"p50_ms": calm.percentile_ms(50), "p99_ms": calm.percentile_ms(99)}
        figures["memory_after_mib"] = system.memory_mib()
    return figures


def show(figures: dict[str, Any]) -> None:
    console = Console()
    bare = (figures["bare_per_s"] + figures["bare_again_per_s"]) / 2
    rates = Table("", "a second", "of the bare endpoint", title="Orders (32 shoppers)")
    rates.add_row("bare endpoint: one UPDATE, one INSERT", f"{bare:,.0f}", "1.00")
    for name, what in (("spread", "2,000 products"), ("hot", "one hot product")):
        for kind in ("placed", "confirmed"):
            rate = figures[name][f"{kind}_per_s"]
            rates.add_row(f"{kind}, {what}", f"{rate:,.0f}", f"{rate / bare:.2f}")
    console.print(rates)
    waits = Table("", "orders/s", "p50 ms", "p99 ms", title="Placed -> confirmed")
    for shoppers, run in figures["waited"].items():
        shown = (f"{run[name]:,.0f}" for name in ("confirmed_per_s", "p50_ms", "p99_ms"))
        waits.add_row(f"{shoppers} waiting shoppers", *shown)
    calm = figures["steady"]
    waits.add_row("steady", f"{STEADY_PER_SECOND}", f"{calm['p50_ms']:,.0f}", f"{calm['p99_ms']:,.0f}")
    console.print(waits)
    memory = Table("", "started MiB", "filled MiB", "after MiB", title="Memory (RSS)")
    for name, started in figures["memory_started_mib"].items():
        later = (figures[f"memory_{moment}_mib"].get(name, 0) for moment in ("filled", "after"))
        memory.add_row(name, f"{started:,.0f}", *(f"{mib:,.0f}" for mib in later))
    console.print(memory)


if __name__ == "__main__":
    found = uvloop.run(measure())
    show(found)
    save("orders", found)

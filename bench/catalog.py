"""What a product read costs, beside a bare endpoint that runs the same statement.

Everything runs on one machine: the load, the five services, PostgreSQL and Kafka share its cores, as the bare
endpoint, its load and PostgreSQL do.
"""

import itertools

import uvloop
from rich.console import Console
from rich.table import Table

from load import Connection, Shopping, shop
from results import save
from system import PRODUCTS, running_system

SECONDS = 6.0
SHOPPERS = 16

_numbers = itertools.count(1)


def reading(prefix: str) -> Shopping:
    async def read(connection: Connection) -> tuple[bool, int, bytes]:
        status, answer = await connection.request("GET", f"{prefix}/products/SKU-{next(_numbers) % PRODUCTS + 1}")
        return status == 200, status, answer

    return read


async def measure() -> dict[str, float]:
    async with running_system() as system:
        await shop(system.bare_url, 8, 2, reading(""))
        await shop(system.service("CATALOG"), 8, 2, reading("/v1"))
        bare = await shop(system.bare_url, SHOPPERS, SECONDS, reading(""))
        read = await shop(system.service("CATALOG"), SHOPPERS, SECONDS, reading("/v1"))
    read.print_unexpected()
    return {"bare_read_per_s": bare.rate, "read_per_s": read.rate}


def show(figures: dict[str, float]) -> None:
    bare, read = figures["bare_read_per_s"], figures["read_per_s"]
    table = Table("", "a second", "of the bare endpoint", title=f"Product reads ({SHOPPERS} shoppers)")
    table.add_row("bare endpoint: the same statement", f"{bare:,.0f}", "1.00")
    table.add_row("product read", f"{read:,.0f}", f"{read / bare:.2f}")
    Console().print(table)


if __name__ == "__main__":
    found = uvloop.run(measure())
    show(found)
    save("catalog", found)

"""What `make up` does on an empty directory: the demo's stores open, with their goods."""

import asyncio
from collections.abc import Callable

from lintel_local.demo.channel import FrontDoor
from lintel_local.demo.loading import is_loaded, load
from lintel_local.demo.stockroom import stockroom
from lintel_local.tokens import Issuer


def open_stores(url: str, issuer: Issuer, say: Callable[[str], None]) -> None:
    """Load the demo's stores, products and stock, unless that has been done here before."""
    asyncio.run(_open(url, issuer, say))


async def _open(url: str, issuer: Issuer, say: Callable[[str], None]) -> None:
    async with FrontDoor(url, issuer) as front:
        if await is_loaded(front):
            return
        say("the first time: opening the demo's 20 stores with 6,000 products")

        def report(stage: str, done: int, total: int) -> None:
            if done == total:
                say(f"{stage}: {total}")

        await load(front, await asyncio.to_thread(stockroom), report)

"""Loading the demo's data through the front door. Loading them again changes nothing."""

import asyncio
from collections.abc import Callable
from http import HTTPStatus

from lintel_local.demo.chapters import CHAPTERS, inventory
from lintel_local.demo.client import FrontDoor, Refused
from lintel_local.demo.data.dataset import KNOWN, Dataset, dataset
from lintel_local.demo.progress import Report, together
from lintel_local.tokens import Issuer


def open_stores(url: str, issuer: Issuer, say: Callable[[str], None]) -> None:
    """What `make up` does on an empty directory: the demo's stores open, with their goods."""
    asyncio.run(_open_stores(url, issuer, say))


async def seed(front: FrontDoor, data: Dataset, report: Report) -> None:
    """All that every service needs; returns when every copy of it has arrived, so that nobody works from an old one."""
    for chapter in CHAPTERS:
        await chapter.load(front, data, report)
    waits = [wait for chapter in CHAPTERS for wait in chapter.when_loaded(front, data)]
    await together("copies arriving", waits, report)
    await inventory.load_known(front, data, report)


async def _open_stores(url: str, issuer: Issuer, say: Callable[[str], None]) -> None:
    async with FrontDoor(url, issuer) as front:
        if await _is_seeded(front):
            return
        say("the first time: opening the demo's 20 stores with 6,000 products")

        def report(stage: str, done: int, total: int) -> None:
            if done == total:
                say(f"{stage}: {total}")

        await seed(front, await asyncio.to_thread(dataset), report)


async def _is_seeded(front: FrontDoor) -> bool:
    """Whether `seed` has ever come to its end here."""
    store, sku = KNOWN
    try:
        await front.client("ops", "demo-ops").get(f"/v1/stock/{store}/{sku}")
    except Refused as refused:
        if refused.status != HTTPStatus.NOT_FOUND:
            raise
        return False
    return True

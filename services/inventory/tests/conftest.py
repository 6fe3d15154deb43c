"""Inventory on a database of its own."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import httpx
import pytest

from lintel_chassis.http.app import Role, create_app
from lintel_chassis.testing import Issuer, running
from lintel_events.database import Pool
from lintel_events.outbox.outbox import Outbox
from lintel_events.outbox.signal import Signal
from lintel_events.outbox.unit_of_work import UnitFactory
from lintel_inventory.app import SERVICE
from lintel_inventory.settings import InventorySettings
from lintel_inventory.testing import Inventory


@pytest.fixture
async def inventory(
    new_database: Callable[[str], Awaitable[str]], pools: Callable[[str], Awaitable[Pool]]
) -> Inventory:
    url = await new_database("lintel_inventory")
    pool = await pools(url)
    return Inventory(url, pool, UnitFactory(pool, await Outbox.open(pool, "/inventory", Signal())))


@pytest.fixture(scope="session")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Issuer:
    return Issuer(Path(tmp_path_factory.mktemp("issuer")))


@pytest.fixture
async def client(inventory: Inventory, issuer: Issuer) -> AsyncIterator[httpx.AsyncClient]:
    settings = InventorySettings(
        database_url=inventory.url, kafka="127.0.0.1:9", issuers=(issuer.trusted(),), pool_size=8
    )
    async with running(create_app(SERVICE, settings, Role.SERVE)) as client:
        yield client

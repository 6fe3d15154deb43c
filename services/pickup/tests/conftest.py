"""Pickup on a database of its own."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import httpx
import pytest

from lintel_chassis.http.app import Role, create_app
from lintel_chassis.testing import Issuer, orders_that_knows_customers, running
from lintel_events.database import Pool
from lintel_events.outbox.outbox import Outbox
from lintel_events.outbox.signal import Signal
from lintel_events.outbox.unit_of_work import UnitFactory
from lintel_pickup.app import SERVICE
from lintel_pickup.settings import PickupSettings
from lintel_pickup.testing import OWNER, START, Pickups, confirmed, line, placed, store


@pytest.fixture
async def pickups(new_database: Callable[[str], Awaitable[str]], pools: Callable[[str], Awaitable[Pool]]) -> Pickups:
    url = await new_database("lintel_pickup")
    pool = await pools(url)
    return Pickups(url, pool, UnitFactory(pool, await Outbox.open(pool, "/pickup", Signal())))


@pytest.fixture(scope="session")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Issuer:
    return Issuer(Path(tmp_path_factory.mktemp("issuer")))


@pytest.fixture
async def orders_url() -> AsyncIterator[str]:
    async with orders_that_knows_customers() as url:
        yield url


@pytest.fixture
async def client(pickups: Pickups, issuer: Issuer, orders_url: str) -> AsyncIterator[httpx.AsyncClient]:
    settings = PickupSettings(
        database_url=pickups.url,
        kafka="127.0.0.1:9",
        orders_url=orders_url,
        handover_key="a key of the test",
        issuers=(issuer.trusted(),),
        pool_size=8,
    )
    async with running(create_app(SERVICE, settings, Role.SERVE, clock=lambda: START)) as client:
        yield client


@pytest.fixture
def staff(issuer: Issuer) -> dict[str, str]:
    return issuer.bearer("anna", "associate", store_codes=["S1"])


@pytest.fixture
def shopper(issuer: Issuer) -> dict[str, str]:
    return issuer.bearer(OWNER, "shopper")


@pytest.fixture
async def scheduled(pickups: Pickups) -> Pickups:
    """Order o1: two lines, confirmed, paid elsewhere."""
    await pickups.open(store())
    await pickups.receive(placed("o1", line("1", "EGGS", 2), line("2", "MILK", 1)), confirmed("o1"))
    return pickups

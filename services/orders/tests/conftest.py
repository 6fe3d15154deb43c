"""Orders on a real database, with what it knows of the world put into its copies."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import asyncpg
import pytest

from lintel_chassis.http.app import Role, create_app
from lintel_chassis.testing import Issuer, running
from lintel_contracts.geo_stores import StoreStatus
from lintel_events.outbox.outbox import Outbox
from lintel_events.outbox.signal import Signal
from lintel_events.outbox.unit_of_work import UnitFactory
from lintel_local.secrets import es256_key
from lintel_orders.app import SERVICE
from lintel_orders.settings import OrdersSettings
from lintel_orders.testing import Orders, product, store


@pytest.fixture(scope="session")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Issuer:
    return Issuer(Path(tmp_path_factory.mktemp("issuer")))


@pytest.fixture
async def orders(
    new_database: Callable[[str], Awaitable[str]],
    pools: Callable[[str], Awaitable["asyncpg.Pool[asyncpg.Record]"]],
    issuer: Issuer,
) -> AsyncIterator[Orders]:
    """An open store S1, a closed store S2, and eggs at 1.50 USD."""
    url = await new_database("lintel_orders")
    pool = await pools(url)
    settings = OrdersSettings(
        database_url=url,
        kafka="127.0.0.1:9",
        issuers=(issuer.trusted(),),
        guest_key=es256_key(),
        ticket_key="0" * 32,
    )
    units = UnitFactory(pool, await Outbox.open(pool, "/orders", Signal()))
    async with running(create_app(SERVICE, settings, Role.SERVE)) as client:
        served = Orders(client, units, pool, issuer)
        await served.deliver(store(), store("S2", StoreStatus.CLOSED), *product("EGGS"), *product("MILK"))
        yield served

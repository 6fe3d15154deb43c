"""geo-offers on a database of its own."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from lintel_chassis.http.app import Role, create_app
from lintel_chassis.testing import Issuer, running
from lintel_events.database import Pool
from lintel_events.outbox.outbox import Outbox
from lintel_events.outbox.signal import Signal
from lintel_events.outbox.unit_of_work import UnitFactory
from lintel_geo_offers.app import SERVICE
from lintel_geo_offers.settings import GeoOffersSettings
from lintel_geo_offers.testing import Geo


@pytest.fixture(scope="session")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Issuer:
    return Issuer(Path(tmp_path_factory.mktemp("issuer")))


@pytest.fixture
async def database_url(new_database: Callable[[str], Awaitable[str]]) -> str:
    return await new_database("lintel_geo_offers")


@pytest.fixture
async def geo(database_url: str, pools: Callable[[str], Awaitable[Pool]], issuer: Issuer) -> AsyncIterator[Geo]:
    pool = await pools(database_url)
    units = UnitFactory(pool, await Outbox.open(pool, "/geo-offers", Signal()))
    settings = GeoOffersSettings(
        database_url=database_url, kafka="127.0.0.1:9", issuers=(issuer.trusted(),), pool_size=8
    )
    async with running(create_app(SERVICE, settings, Role.SERVE)) as client:
        yield Geo(pool, units, client, issuer.bearer("olga", "ops"))

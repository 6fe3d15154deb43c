"""Catalog on a database of its own."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import httpx
import pytest

from lintel_catalog.app import SERVICE
from lintel_catalog.settings import CatalogSettings
from lintel_catalog.testing import Catalog
from lintel_chassis.http.app import Role, create_app
from lintel_chassis.testing import Issuer, running
from lintel_events.database import Pool
from lintel_events.outbox.outbox import Outbox
from lintel_events.outbox.signal import Signal
from lintel_events.outbox.unit_of_work import UnitFactory


@pytest.fixture(scope="session")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Issuer:
    return Issuer(Path(tmp_path_factory.mktemp("issuer")))


@pytest.fixture
async def catalog(
    new_database: Callable[[str], Awaitable[str]], pools: Callable[[str], Awaitable[Pool]], issuer: Issuer
) -> AsyncIterator[Catalog]:
    url = await new_database("lintel_catalog")
    pool = await pools(url)
    units = UnitFactory(pool, await Outbox.open(pool, "/catalog", Signal()))
    settings = CatalogSettings(database_url=url, kafka="127.0.0.1:9", issuers=(issuer.trusted(),), pool_size=8)
    bearer = issuer.bearer("m1", "merchandiser")
    async with (
        running(create_app(SERVICE, settings, Role.SERVE)) as client,
        httpx.AsyncClient(transport=client._transport, base_url=client.base_url, headers=bearer) as merchandiser,
    ):
        yield Catalog(url, pool, units, client, merchandiser)


@pytest.fixture
def client(catalog: Catalog) -> httpx.AsyncClient:
    """Anybody: it sends no token."""
    return catalog.client


@pytest.fixture
def merchandiser(catalog: Catalog) -> httpx.AsyncClient:
    return catalog.merchandiser

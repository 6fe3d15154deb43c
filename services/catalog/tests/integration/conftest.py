"""Catalog on a database of its own, and what it published there."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from lintel_catalog.app import SERVICE
from lintel_catalog.settings import CatalogSettings
from lintel_chassis.http.app import Role, create_app
from lintel_chassis.testing import Issuer, running
from lintel_events.database import Pool
from lintel_events.outbox.outbox import Outbox
from lintel_events.outbox.signal import Signal
from lintel_events.outbox.unit_of_work import UnitFactory


@dataclass(frozen=True, slots=True)
class Catalog:
    url: str
    pool: Pool
    units: UnitFactory


@pytest.fixture
async def catalog(new_database: Callable[[str], Awaitable[str]], pools: Callable[[str], Awaitable[Pool]]) -> Catalog:
    url = await new_database("lintel_catalog")
    pool = await pools(url)
    return Catalog(url, pool, UnitFactory(pool, await Outbox.open(pool, "/catalog", Signal())))


@pytest.fixture(scope="session")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Issuer:
    return Issuer(Path(tmp_path_factory.mktemp("issuer")))


@pytest.fixture
async def client(catalog: Catalog, issuer: Issuer) -> AsyncIterator[httpx.AsyncClient]:
    """Anybody: it sends no token."""
    settings = CatalogSettings(database_url=catalog.url, kafka="127.0.0.1:9", issuers=(issuer.trusted(),), pool_size=8)
    async with running(create_app(SERVICE, settings, Role.SERVE)) as client:
        yield client


@pytest.fixture
async def merchandiser(client: httpx.AsyncClient, issuer: Issuer) -> AsyncIterator[httpx.AsyncClient]:
    """The same application, as a merchandiser."""
    bearer = issuer.bearer("m1", "merchandiser")
    async with httpx.AsyncClient(transport=client._transport, base_url=client.base_url, headers=bearer) as known:
        yield known


@pytest.fixture
def published(catalog: Catalog) -> Callable[[str], Awaitable[list[dict[str, Any]]]]:
    """The CloudEvents of a topic, in the order of their commits."""

    async def of(topic: str) -> list[dict[str, Any]]:
        rows = await catalog.pool.fetch("SELECT payload FROM outbox WHERE topic = $1 ORDER BY id", topic)
        return [orjson.loads(row["payload"]) for row in rows]

    return of

"""Real PostgreSQL and Kafka for every test that asks: one server and one broker a run, a fresh database a test."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from uuid import uuid4

import asyncpg
import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from lintel_chassis.db import migrate
from lintel_events.database import create_pool
from lintel_events.log.topics import apply_topics, declared_topics
from lintel_local.kafka import Kafka
from lintel_local.postgres import Postgres

NewDatabase = Callable[[str], Awaitable[str]]


class OneSystemAtATime(LoadScopeScheduling):
    """All that starts whole systems runs in one worker, one after another; of the rest, what is in one file."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return "systems" if file.startswith(("tests/", "deploy/")) else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> OneSystemAtATime:
    """For `make test`, which runs two workers, each with its own PostgreSQL and Kafka."""
    return OneSystemAtATime(config, log)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """A server of this run's own; tests that break it start it again themselves."""
    server = Postgres(tmp_path_factory.mktemp("postgres"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kafka]:
    """A broker of this run's own, with every declared topic."""
    kafka = Kafka(tmp_path_factory.mktemp("kafka"))
    kafka.start()
    asyncio.run(apply_topics(kafka.bootstrap, declared_topics()))
    yield kafka
    kafka.stop()


@pytest.fixture(scope="session")
def new_database(postgres: Postgres) -> NewDatabase:
    """Make a database with a service's schema, through its migrations, and return its address.

    Each package is migrated once; further databases are copies of that one.
    """
    templates: dict[str, str] = {}

    async def make(package: str) -> str:
        admin = await asyncpg.connect(postgres.url())
        try:
            if package not in templates:
                templates[package] = f"template_{package}"
                await admin.execute(f"CREATE DATABASE {templates[package]}")
                await _extend(postgres.url(templates[package]))
                await asyncio.to_thread(migrate.upgrade, package, postgres.url(templates[package]))
            name = f"test_{uuid4().hex}"
            await admin.execute(f"CREATE DATABASE {name} TEMPLATE {templates[package]}")
        finally:
            await admin.close()
        return postgres.url(name)

    return make


async def _extend(url: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        for extension in ("cube", "earthdistance", "pg_trgm", "btree_gist"):
            await connection.execute(f"CREATE EXTENSION {extension}")
    finally:
        await connection.close()


@pytest.fixture
async def pools() -> AsyncIterator[Callable[[str], Awaitable["asyncpg.Pool[asyncpg.Record]"]]]:
    """Open pools as the services do; all are closed after the test."""
    opened = []

    async def open_pool(url: str) -> "asyncpg.Pool[asyncpg.Record]":
        pool = create_pool(url, max_size=8)
        await pool
        opened.append(pool)
        return pool

    yield open_pool
    for pool in opened:
        pool.terminate()

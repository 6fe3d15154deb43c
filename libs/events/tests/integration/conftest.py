"""Toy services on real PostgreSQL and Kafka: a topic and a database of its own for each test."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from lintel_events.testing import Toy, open_toy
from lintel_local.kafka import Kafka
from lintel_local.postgres import Postgres

MakeToy = Callable[..., Awaitable[Toy]]


@pytest.fixture
async def make_toy(postgres: Postgres, broker: Kafka) -> AsyncIterator[MakeToy]:
    """Make a service; see `open_toy` for what it takes."""
    made: list[Toy] = []

    async def make(**settings: Any) -> Toy:
        name = f"toy_{uuid4().hex}"
        admin = await asyncpg.connect(postgres.url())
        await admin.execute(f"CREATE DATABASE {name}")
        await admin.close()
        made.append(await open_toy(postgres.url(name), broker.bootstrap, **settings))
        return made[-1]

    yield make
    for toy in made:
        toy.pool.terminate()


@pytest.fixture
async def toy(make_toy: MakeToy) -> Toy:
    return await make_toy()

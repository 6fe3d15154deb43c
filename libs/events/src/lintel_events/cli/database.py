"""Which database a verb works on: the service's, by its consumer group."""

import argparse
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from lintel_events.database import create_pool
from lintel_events.outbox.outbox import Outbox
from lintel_events.outbox.signal import Signal
from lintel_events.outbox.unit_of_work import UnitFactory


def add_service(verb: argparse.ArgumentParser, services: list[str]) -> None:
    """The service's name, and `--database` for where it is."""
    verb.add_argument("service", choices=services)
    verb.add_argument("--database", help="its PostgreSQL URL (default: LINTEL_<SERVICE>_DB)")


def dsn_of(arguments: argparse.Namespace) -> str:
    """Raise LookupError, naming the setting, when nobody said."""
    name = f"LINTEL_{arguments.service.upper().replace('-', '_')}_DB"
    dsn = arguments.database or os.environ.get(name)
    if not dsn:
        raise LookupError(f"name the database with --database or {name}")
    return str(dsn)


@asynccontextmanager
async def open_units(arguments: argparse.Namespace) -> AsyncIterator[UnitFactory]:
    """Units on the service's database; what they publish, the service's own relay appends."""
    async with create_pool(dsn_of(arguments), max_size=1) as pool:
        yield UnitFactory(pool, await Outbox.open(pool, f"/{arguments.service}", Signal()))

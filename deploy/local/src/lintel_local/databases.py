"""The five services' databases on one PostgreSQL server: a login role each, which owns its database and no other."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from lintel_local.secrets import load_or_create, random_secret

EXTENSIONS = {
    "lintel_catalog": ("pg_trgm",),
    "lintel_inventory": (),
    "lintel_orders": (),
    "lintel_pickup": ("btree_gist",),
    "lintel_geo_offers": ("cube", "earthdistance", "pg_trgm"),
}
# A frozen process must not hold up its successor; the detail of a violated key would put personal data into the
# server's log.
LIMITS = {
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "10s",
    "transaction_timeout": "30s",
    "log_error_verbosity": "terse",
}


class Databases:
    """The service databases of the server whose superuser's URL is `admin_url`; passwords are kept in `secrets`."""

    def __init__(self, admin_url: str, secrets: Path) -> None:
        self.admin_url = admin_url
        kept = load_or_create(secrets, lambda: json.dumps({name: random_secret() for name in EXTENSIONS}))
        self._passwords: dict[str, str] = json.loads(kept)

    def url(self, database: str) -> str:
        """Where a service's database is, as its own role; any other database as the superuser."""
        parts = urlsplit(self.admin_url)
        if password := self._passwords.get(database):
            server = parts.netloc.rpartition("@")[2]
            parts = parts._replace(netloc=f"{database}:{password}@{server}")
        return urlunsplit(parts._replace(path=f"/{database}"))

    def admin_url_of(self, database: str) -> str:
        """Any database as the superuser."""
        return urlunsplit(urlsplit(self.admin_url)._replace(path=f"/{database}"))

    def empty(self, database: str) -> None:
        """Drop a service's database, whoever is connected, and make it anew with nothing in it."""
        with ThreadPoolExecutor(max_workers=1) as aside:
            aside.submit(asyncio.run, self._empty(database)).result()

    async def _empty(self, database: str) -> None:
        admin = await asyncpg.connect(self.admin_url)
        try:
            await admin.execute(f"DROP DATABASE {database} WITH (FORCE)")
            await _create_database(admin, database)
        finally:
            await admin.close()

    def create(self) -> None:
        """Make roles, databases and extensions that are missing; set passwords and limits again."""
        with ThreadPoolExecutor(max_workers=1) as aside:  # the caller may run an event loop of its own
            aside.submit(asyncio.run, self._create()).result()

    async def _create(self) -> None:
        admin = await asyncpg.connect(self.admin_url)
        try:
            for name in EXTENSIONS:
                await self._create_role(admin, name)
                if not await admin.fetchval("SELECT true FROM pg_database WHERE datname = $1", name):
                    await _create_database(admin, name)
        finally:
            await admin.close()
        for name, extensions in EXTENSIONS.items():
            if extensions:
                await self._create_extensions(name, extensions)

    async def _create_role(self, admin: asyncpg.Connection, name: str) -> None:
        if not await admin.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", name):
            await admin.execute(f"CREATE ROLE {name} LOGIN")
        await admin.execute(f"ALTER ROLE {name} PASSWORD '{self._passwords[name]}'")  # hexadecimal
        for limit, value in LIMITS.items():
            await admin.execute(f"ALTER ROLE {name} SET {limit} = '{value}'")

    async def _create_extensions(self, name: str, extensions: tuple[str, ...]) -> None:
        connection = await asyncpg.connect(self.admin_url_of(name))
        try:
            for extension in extensions:
                await connection.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
        finally:
            await connection.close()


async def _create_database(admin: asyncpg.Connection, name: str) -> None:
    await admin.execute(f"CREATE DATABASE {name} OWNER {name}")
    await admin.execute(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC")

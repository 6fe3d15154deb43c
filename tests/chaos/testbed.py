"""What faults act upon: brokers, PostgreSQL, the wires to them, three databases, and the processes."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from lintel_events.log.contract import Topic
from lintel_events.log.dead_letters import DeadLetterTopic
from lintel_events.log.topics import apply_topics, settings_of
from lintel_events.testing import make_tables
from lintel_local.cluster import Cluster
from lintel_local.databases import LIMITS
from lintel_local.ports import free_port
from lintel_local.postgres import Postgres
from tests.chaos.plan import Plan
from tests.chaos.processes import Processes
from tests.chaos.proxy import Proxy
from tests.chaos.writer_control import WriterControl

DATABASES = ("shop", "reader", "mirror", "rebuilt")
WORKERS = ("shop", "reader", "mirror")
_WRITTEN = "CREATE TABLE written (operation text PRIMARY KEY, note text NOT NULL, n bigint NOT NULL)"


@dataclass(frozen=True)
class Testbed:
    """What faults act upon and checks read. Workers reach broker and database through the wires only."""

    directory: Path
    cluster: Cluster
    postgres: Postgres
    broker_wires: list[Proxy]
    database_wire: Proxy
    processes: Processes
    plan: Plan

    def dsn(self, role: str) -> str:
        """Past the wire."""
        return self.postgres.url(role)

    def control_writers(self, control: WriterControl) -> None:
        control.save(self.directory)

    async def waiting(self, role: str) -> int:
        """Rows of a role's outbox."""
        return int((await self.rows(role, "SELECT count(*) FROM outbox"))[0][0])

    async def execute(self, role: str, sql: str) -> None:
        connection = await asyncpg.connect(self.dsn(role), timeout=10)
        try:
            await connection.execute(sql)
        finally:
            await connection.close()

    async def rows(self, role: str, sql: str, *arguments: object) -> list[asyncpg.Record]:
        connection = await asyncpg.connect(self.dsn(role), timeout=10)
        try:
            return await connection.fetch(sql, *arguments)
        finally:
            await connection.close()


@contextmanager
def _servers(directory: Path, brokers: int, wires: list[Proxy]) -> Iterator[tuple[Cluster, Postgres]]:
    directory.mkdir(parents=True)
    cluster = Cluster(directory / "kafka", brokers, proxy_ports=[wire.port for wire in wires])
    postgres = Postgres(directory / "postgres")
    try:
        postgres.start()
        cluster.start()
        yield cluster, postgres
    finally:
        cluster.kill()
        postgres.kill()


@asynccontextmanager
async def running_testbed(directory: Path, brokers: int, seed: int) -> AsyncIterator[Testbed]:
    """All of it, up and ready, its processes at work and nobody writing yet; nothing is left running afterwards."""
    listeners = [Proxy(free_port(), 0) for _ in range(brokers)]
    servers = _servers(directory, brokers, listeners)
    cluster, postgres = await asyncio.to_thread(servers.__enter__)
    processes = Processes(directory)
    wires = [*listeners, Proxy(free_port(), postgres.port)]
    try:
        for wire, port in zip(listeners, cluster.proxied_ports, strict=True):
            wire.target = port
        for wire in wires:
            await wire.start()
        await asyncio.gather(*(_make_database(postgres, role) for role in DATABASES))
        plan = _plan(directory, cluster, postgres, wires[-1], seed)
        await _make_topics(cluster, plan)
        testbed = Testbed(directory, cluster, postgres, listeners, wires[-1], processes, plan)
        testbed.control_writers(WriterControl())
        processes.start(*WORKERS)
        yield testbed
    finally:
        processes.end()
        for wire in wires:
            await wire.stop()
        await asyncio.to_thread(servers.__exit__, None, None, None)


def _plan(directory: Path, cluster: Cluster, postgres: Postgres, wire: Proxy, seed: int) -> Plan:
    dsns = {role: postgres.url(role).replace(f":{postgres.port}/", f":{wire.port}/") for role in DATABASES}
    plan = Plan(str(directory), cluster.proxied_bootstrap, dsns, f"chaos-{seed}", seed)
    plan.save()
    return plan


async def _make_database(postgres: Postgres, role: str) -> None:
    admin = await asyncpg.connect(postgres.url())
    await admin.execute(f"CREATE DATABASE {role}")
    for name, limit in LIMITS.items():
        await admin.execute(f"ALTER DATABASE {role} SET {name} = '{limit}'")
    await admin.close()
    await make_tables(postgres.url(role))
    if role == "shop":
        shop = await asyncpg.connect(postgres.url(role))
        await shop.execute(_WRITTEN)
        await shop.close()


async def _make_topics(cluster: Cluster, plan: Plan) -> None:
    """Every record on all brokers, but for `aside`: on the last one alone."""
    settings = settings_of(plan.aside) | {"min.insync.replicas": "1"}
    aside = NewTopic(plan.aside.name, 1, replica_assignment=[[len(cluster.brokers)]], config=settings)
    admin = AdminClient({"bootstrap.servers": cluster.bootstrap, "log_level": 0})
    await asyncio.to_thread(admin.create_topics([aside])[plan.aside.name].result, 20)
    dead = [DeadLetterTopic(group) for group in (plan.reader_group, plan.mirror_group)]
    topics: list[Topic] = [*(topic for topic in plan.topics if topic != plan.aside), *dead]
    await apply_topics(cluster.bootstrap, topics, replication=len(cluster.brokers))

"""Brokers and the database server die, or are away."""

import asyncio
import os
import signal
from contextlib import asynccontextmanager

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from lintel_events.testing import until
from tests.chaos.fault_context import PATIENCE_S, Fault, FaultContext, Injected

_REQUEST_TAKES_S = 3.0
"""The relay's producers give a request up after this."""

# As long as somebody needs to hit a transaction in the middle of its COMMIT.
_COMMIT_SLOWLY = """
CREATE FUNCTION slow_commit() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.05); RETURN NULL; END';
CREATE CONSTRAINT TRIGGER slow_commits AFTER INSERT ON written DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION slow_commit();
"""
_COMMIT_AS_BEFORE = "DROP TRIGGER slow_commits ON written; DROP FUNCTION slow_commit"
_CUT_COMMITS = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE datname = 'shop' AND state = 'active' AND query = 'COMMIT'
"""


@asynccontextmanager
async def broker_killed(context: FaultContext) -> Injected:
    cluster = context.testbed.cluster
    cluster.kill(context.random.choice(list(cluster.brokers)))
    await context.more_acknowledged()
    yield
    await asyncio.to_thread(cluster.start)


@asynccontextmanager
async def broker_frozen(context: FaultContext) -> Injected:
    """It keeps its connections and answers nobody, longer than a request may take."""
    broker = context.random.choice(list(context.testbed.cluster.brokers.values()))
    broker.freeze()
    await asyncio.sleep(2 * _REQUEST_TAKES_S)
    yield
    broker.thaw()
    await asyncio.to_thread(context.testbed.cluster.start)


@asynccontextmanager
async def brokers_away(context: FaultContext) -> Injected:
    """All of them, longer than a request may take; the clients are served meanwhile."""
    context.testbed.cluster.kill()
    await asyncio.sleep(1.5 * _REQUEST_TAKES_S)
    await context.more_acknowledged()
    yield
    await asyncio.to_thread(context.testbed.cluster.start)


@asynccontextmanager
async def leaderless(context: FaultContext) -> Injected:
    """One partition's only copy is away; the others go on to the end, effects and all."""
    cluster, aside = context.testbed.cluster, context.testbed.plan.aside.name
    client = AdminClient({"bootstrap.servers": cluster.bootstrap, "log_level": 0})

    def leader() -> int:
        try:
            return int(client.list_topics(aside, timeout=5).topics[aside].partitions[0].leader)
        except KafkaException:
            return 0

    async def gone() -> bool:
        return await asyncio.to_thread(leader) == -1

    cluster.kill(len(cluster.brokers))
    await until(gone, within=PATIENCE_S)
    await context.more_effects(50)
    yield
    await asyncio.to_thread(cluster.start)


@asynccontextmanager
async def database_shut_down(context: FaultContext) -> Injected:
    """Immediately: no connection is closed properly, and the next start recovers from the write-ahead log."""
    postgres = context.testbed.postgres

    async def down() -> bool:
        return postgres.pid is None

    if postgres.pid:
        os.kill(postgres.pid, signal.SIGQUIT)
    await until(down, within=PATIENCE_S)
    yield
    await asyncio.to_thread(postgres.start)


@asynccontextmanager
async def commits_cut(context: FaultContext) -> Injected:
    """Backends are terminated in the middle of COMMIT; the client cannot know what came of it."""
    testbed, cut = context.testbed, 0
    await testbed.execute("shop", _COMMIT_SLOWLY)

    async def enough() -> bool:
        nonlocal cut
        cut += int((await testbed.rows("shop", _CUT_COMMITS))[0][0])
        return cut >= 5

    await until(enough, within=PATIENCE_S)
    yield
    await testbed.execute("shop", _COMMIT_AS_BEFORE)


FAULTS = [
    Fault("broker kill -9 and restart", broker_killed),
    Fault("broker frozen", broker_frozen),
    Fault("brokers away past the request time-out", brokers_away),
    Fault("one partition leaderless", leaderless, brokers=3),
    Fault("PostgreSQL shut down and restarted", database_shut_down),
    Fault("backend terminated during COMMIT", commits_cut),
]

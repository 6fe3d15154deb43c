"""The mirror once more, from the first record, by the consumer that keeps the live one."""

from lintel_events.database import create_pool
from lintel_events.mirror.mirror import mirror_of
from lintel_events.outbox.outbox import Outbox
from lintel_events.outbox.signal import Signal
from lintel_events.outbox.unit_of_work import UnitFactory
from lintel_events.testing import Toy, running, until
from tests.chaos.fault_context import PATIENCE_S
from tests.chaos.plan import Events
from tests.chaos.testbed import Testbed
from tests.system.log import Log


async def rebuild(testbed: Testbed) -> None:
    """Into the database `rebuilt`, from nothing."""
    await testbed.execute("rebuilt", "TRUNCATE mirror, inbox, consumer_offsets")
    plan, events, name = testbed.plan, Events.of(testbed.plan), f"{testbed.plan.name}-rebuilt"
    async with create_pool(testbed.dsn("rebuilt"), max_size=4) as pool:
        units = UnitFactory(pool, await Outbox.open(pool, f"/{name}", Signal()))
        bootstrap, dsn = testbed.cluster.bootstrap, testbed.dsn("rebuilt")
        toy = Toy(bootstrap, dsn, pool, units, Signal(), plan.states, events.state, name, name)

        async def read_to_the_end() -> bool:
            rows = await testbed.rows("rebuilt", "SELECT topic, partition, next_offset FROM consumer_offsets")
            places = [(row["topic"], row["partition"], row["next_offset"]) for row in rows]
            return len(places) == plan.states.partitions and await Log(bootstrap).caught_up(places)

        async with running(toy.consumer(mirror_of(events.state))):
            await until(read_to_the_end, within=PATIENCE_S)

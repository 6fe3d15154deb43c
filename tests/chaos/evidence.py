"""What is left behind, read past everything of ours: the log with librdkafka, the databases with SQL of its own."""

import base64
import json
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos.history import Operations, operations
from tests.chaos.testbed import Testbed
from tests.system.log import Log, Record


@dataclass(frozen=True, slots=True)
class Seen:
    """One committed record of the log."""

    event_id: str
    note: str
    n: int
    operation: str
    cause: str | None


@dataclass(frozen=True)
class Evidence:
    """Records of a partition are in its order; notes are keys, n their sequences."""

    operations: Operations
    written: dict[str, tuple[str, int]] = field(default_factory=dict)
    """By operation, from the database that knows what was committed."""
    facts: list[Seen] = field(default_factory=list)
    states: list[Seen] = field(default_factory=list)
    echoes: list[Seen] = field(default_factory=list)
    letters: list[str] = field(default_factory=list)
    """The keys of dead letters."""
    effects: list[tuple[str, int]] = field(default_factory=list)
    inbox: list[str] = field(default_factory=list)
    mirror: dict[str, int] = field(default_factory=dict)
    rebuilt: dict[str, int] = field(default_factory=dict)
    waiting: int = 0
    """Rows of all outboxes."""
    behind: bool = False
    """Whether a consumer has records to read yet."""
    ahead: list[str] = field(default_factory=list)
    """Moments at which Kafka had a higher offset than the database."""
    late: list[str] = field(default_factory=list)
    """Processes that did not end as they should."""

    @property
    def duplicates(self) -> int:
        """Records that the log has more than once."""
        return sum(
            len(seen) - len({record.event_id for record in seen}) for seen in (self.facts, self.states, self.echoes)
        )


@dataclass(frozen=True, slots=True)
class Ahead:
    """Kafka's offset of a group was beyond the database's, which may be for transaction markers only."""

    topic: str
    partition: int
    database: int
    kafka: int

    def over(self, records: list[Record]) -> list[str]:
        """The records between the two."""
        return [
            f"{record.topic}/{record.partition}@{record.offset}"
            for record in records
            if (record.topic, record.partition) == (self.topic, self.partition)
            and self.database <= record.offset < self.kafka
        ]


async def gather(testbed: Testbed, ahead: list[Ahead]) -> Evidence:
    plan, log = testbed.plan, Log(testbed.cluster.bootstrap)
    effects = [(row["note"], row["n"]) for row in await testbed.rows("reader", "SELECT note, n FROM effects")]
    records = await log.read(*(topic.name for topic in plan.topics), f"{plan.reader_group}.dead")
    letters = [record for record in records if record.topic.endswith(".dead") and record.value is not None]
    written = await testbed.rows("shop", "SELECT operation, note, n FROM written")
    return Evidence(
        operations=operations(testbed.directory),
        written={row["operation"]: (row["note"], row["n"]) for row in written},
        facts=_seen(records, plan.facts.name, plan.aside.name),
        states=_seen(records, plan.states.name),
        echoes=_seen(records, plan.echoes.name),
        letters=[base64.b64decode(json.loads(letter.value or b"")["key"]).decode() for letter in letters],
        effects=effects,
        inbox=[str(row["event_id"]) for row in await testbed.rows("reader", "SELECT event_id FROM inbox")],
        mirror=await copies(testbed, "mirror"),
        rebuilt=await copies(testbed, "rebuilt"),
        waiting=await testbed.waiting("shop") + await testbed.waiting("reader"),
        behind=not await log.caught_up(await applied(testbed)),
        ahead=[where for moment in ahead for where in moment.over(records)],
        late=testbed.processes.late + [f"{name} ended by itself" for name in testbed.processes.died()],
    )


async def applied(testbed: Testbed) -> list[tuple[str, int, int]]:
    """How far each consumer is, always in the same order."""
    sql = "SELECT topic, partition, next_offset FROM consumer_offsets ORDER BY topic, partition"
    rows = [row for role in ("reader", "mirror") for row in await testbed.rows(role, sql)]
    return [(row["topic"], row["partition"], row["next_offset"]) for row in rows]


async def copies(testbed: Testbed, role: str) -> dict[str, int]:
    rows = await testbed.rows(role, "SELECT key, (state->>'n')::bigint AS n FROM mirror")
    return {row["key"]: row["n"] for row in rows}


def noted(directory: Path, what: str) -> int:
    """A sum over what all processes of the run noted down of themselves."""
    return sum(int(json.loads(path.read_text()).get(what, 0)) for path in directory.glob("noted-*.json"))


def _seen(records: list[Record], *topics: str) -> list[Seen]:
    events = [record.event for record in records if record.topic in topics]
    return [
        Seen(
            event["id"], event["subject"], event["data"]["n"], event["data"].get("text", "").partition(" ")[0],
            event.get("causationid"),
        )
        for event in events
    ]  # fmt: skip

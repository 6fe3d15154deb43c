"""Topics as declared in code, applied to a cluster: made where missing, put right, partitions never changed."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import entry_points
from itertools import chain
from time import monotonic

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import NoError, TopicAlreadyExistsError, for_code

from lintel_events.log.cloudevent import MAX_RECORD_BYTES
from lintel_events.log.contract import Contracts, Topic
from lintel_events.log.dead_letters import DeadLetterTopic

_DAY_MS = 86_400_000
_SHORTEST_DAYS = 7
_KNOWN_WITHIN_S = 10.0
_SET_ON_TOPIC = 1
"""Source of a setting that somebody gave this topic, in Kafka's DescribeConfigs."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What was done about one topic: `created`, `configured`, or `unchanged`; or why nothing was."""

    topic: str
    outcome: str


def installed_contracts() -> Iterable[Contracts]:
    """The contract modules installed beside us, by entry point `lintel_events.contracts`."""
    return [point.load() for point in entry_points(group="lintel_events.contracts")]


def declared_topics() -> list[Topic]:
    """Every topic of the installed contracts, and the dead letters of every consumer group."""
    modules = list(installed_contracts())
    topics = chain.from_iterable(contracts.TOPICS for contracts in modules)
    dead = (DeadLetterTopic(group) for contracts in modules for group in contracts.CONSUMER_GROUPS)
    return sorted(chain(topics, dead), key=lambda topic: topic.name)


def consumer_groups() -> list[str]:
    return sorted(group for contracts in installed_contracts() for group in contracts.CONSUMER_GROUPS)


def installed_readers() -> dict[str, list[str]]:
    """The consumer groups that handle each event type: the services installed beside us, by entry point `.handlers`."""
    found: dict[str, set[str]] = defaultdict(set)
    for point in entry_points(group="lintel_events.handlers"):
        for name in {event.type for handler in point.load() for event in handler.types}:
            found[name].add(point.name)
    return {name: sorted(groups) for name, groups in found.items()}


def settings_of(topic: Topic) -> dict[str, str]:
    """A topic's broker settings."""
    common = {"max.message.bytes": str(2 * MAX_RECORD_BYTES)}
    if topic.kind == "state":
        return common | {"cleanup.policy": "compact", "min.cleanable.dirty.ratio": "0.1"}
    if topic.retention_days is None or topic.retention_days < _SHORTEST_DAYS:
        raise ValueError(f"{topic.name}: facts are kept for {_SHORTEST_DAYS} days at least")
    return common | {"cleanup.policy": "delete", "retention.ms": str(topic.retention_days * _DAY_MS)}


async def apply_topics(
    bootstrap: str, topics: Iterable[Topic], *, replication: int = 1, dry_run: bool = False
) -> list[Applied]:
    """Bring the cluster to the declared state; calling it again changes nothing."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=10_000)
    await admin.start()
    try:
        wanted = list(topics)
        existing = await _existing(admin)
        missing = [topic for topic in wanted if topic.name not in existing]
        if missing and not dry_run:
            await _create(admin, missing, replication)
        done = [Applied(topic.name, "created") for topic in missing]
        present = [topic for topic in wanted if topic.name in existing]
        done += [await _compare(admin, topic, existing[topic.name], dry_run=dry_run) for topic in present]
        return sorted(done, key=lambda applied: applied.topic)
    finally:
        await admin.close()


async def _create(admin: AIOKafkaAdminClient, topics: list[Topic], replication: int) -> None:
    """Return when brokers know them. Raise KafkaError on a refusal, unless another process was faster."""
    made = await admin.create_topics(
        [NewTopic(topic.name, topic.partitions, replication, topic_configs=settings_of(topic)) for topic in topics]
    )
    for name, code, message in made.topic_errors:
        if code not in {NoError.errno, TopicAlreadyExistsError.errno}:
            raise for_code(code)(f"{name}: {message}")
    names, deadline = {topic.name for topic in topics}, monotonic() + _KNOWN_WITHIN_S
    while names - (await _existing(admin)).keys() and monotonic() < deadline:  # noqa: ASYNC110 - brokers give no notice
        await asyncio.sleep(0.05)


async def _existing(admin: AIOKafkaAdminClient) -> dict[str, int]:
    """The number of partitions of each topic that the broker knows of."""
    described = await admin.describe_topics()
    return {found["topic"]: len(found["partitions"]) for found in described if not found["error_code"]}


async def _compare(admin: AIOKafkaAdminClient, topic: Topic, partitions: int, *, dry_run: bool) -> Applied:
    if partitions != topic.partitions:
        return Applied(topic.name, f"has {partitions} partitions, declared {topic.partitions}: never changed in place")
    resource = ConfigResource(ConfigResourceType.TOPIC, topic.name)
    [response] = await admin.describe_configs([resource])
    found = {name: value for name, value, _, source, *_ in response.resources[0][4] if source == _SET_ON_TOPIC}
    declared = settings_of(topic)
    if declared.items() <= found.items():
        return Applied(topic.name, "unchanged")
    if not dry_run:  # this replaces all settings of the topic: what operators gave it besides goes along
        await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic.name, found | declared)])
    return Applied(topic.name, "configured")

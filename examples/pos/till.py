"""A till that follows Lintel's log: `python till.py --kafka host:port --store S1`."""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from cloudevents.core.bindings.kafka import KafkaMessage, from_structured_event

from lintel_contracts import EVENTS
from listing import TOPICS, listing
from memory import KnownEvent, Memory, Offset

PARTITIONS = [TopicPartition(topic.name, number) for topic in TOPICS for number in range(topic.partitions)]


def known(record: "ConsumerRecord[bytes, bytes]", store: str) -> KnownEvent | None:
    """What the till remembers of a record; None when it is not of its store, or of a type newer than this program.

    Raise whatever is wrong with a record that is no event.
    """
    event = from_structured_event(KafkaMessage(dict(record.headers), record.key, record.value))
    model = EVENTS.get(event.get_type())
    if model is None:
        return None
    data = model.model_validate(event.get_data())
    if getattr(data, "store_code", store) != store:
        return None
    sequence = str(event.get_extension("sequence"))
    return KnownEvent(record.topic, data.key, model.type, sequence, data.model_dump_json())


def readable(records: Sequence["ConsumerRecord[bytes, bytes]"], store: str) -> list[KnownEvent]:
    """Somebody's broken record is named and passed over: it must not stop a till."""
    found = []
    for record in records:
        try:
            found.append(known(record, store))
        except Exception as error:  # noqa: BLE001 - whatever is wrong with it, reading it again would not help
            place = f"{record.topic}/{record.partition}@{record.offset}"
            print(f"passed over {place}: {type(error).__name__}", file=sys.stderr)
    return [event for event in found if event]


@asynccontextmanager
async def reading(bootstrap: str, memory: Memory) -> AsyncIterator[AIOKafkaConsumer]:
    """From where the memory ends. No consumer group: every till reads all partitions, and keeps its own position."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap,
        isolation_level="read_committed",
        enable_auto_commit=False,
        auto_offset_reset="earliest",  # also for a till that was away for longer than facts are kept
    )
    await consumer.start()
    try:
        consumer.assign(PARTITIONS)
        for partition in PARTITIONS:
            consumer.seek(partition, memory.next_offset(partition.topic, partition.partition))
        yield consumer
    finally:
        await consumer.stop()


async def poll(consumer: AIOKafkaConsumer, memory: Memory, store: str) -> bool:
    """Read some, remember it, and say whether any of it was new."""
    polled = await consumer.getmany(timeout_ms=500, max_records=1000)
    events = [event for records in polled.values() for event in readable(records, store)]
    return memory.keep(
        events,
        [Offset(partition.topic, partition.partition, await consumer.position(partition)) for partition in polled],
    )


async def run(arguments: argparse.Namespace) -> None:
    """Show the list once all that is on the log now is read; then, unless it was asked for once, at every change."""
    with closing(Memory(arguments.memory)) as memory:
        async with reading(arguments.kafka, memory) as consumer:
            ends = await consumer.end_offsets(PARTITIONS)
            while any([await consumer.position(partition) < end for partition, end in ends.items()]):
                await poll(consumer, memory, arguments.store)
            show(listing(memory, arguments.store, datetime.now(UTC)), as_json=arguments.json)
            while not arguments.once:
                if await poll(consumer, memory, arguments.store):
                    show(listing(memory, arguments.store, datetime.now(UTC)), as_json=arguments.json)


def show(shown: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(shown), flush=True)
        return
    for sku, product in shown["shelf"].items():
        price = f"{product['price']['amount']} {product['price']['currency']}"
        print(f"{sku:20} {product['name'][:40]:40} {price:>14} {product['available']:>6}")
    for order in shown["orders"].values():
        print(f"{order['number']:20} {order['status']:12} {'is here' if order['here'] else ''}")
    print(flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kafka", default=os.environ.get("LINTEL_KAFKA", "localhost:9092"), help="bootstrap servers")
    parser.add_argument("--store", required=True, help="the till's store code")
    parser.add_argument("--memory", type=Path, default=Path("till.sqlite"), help="the file it keeps")
    parser.add_argument("--once", action="store_true", help="show the list as it is now, and end")
    parser.add_argument("--json", action="store_true", help="one JSON object a list")
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()

"""`lintel-events`: what operators do with the backbone."""

import argparse
import asyncio
import os
import sys
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from aiokafka.errors import KafkaError

from lintel_events import graveyard
from lintel_events.lag import lags
from lintel_events.log_reader import KafkaRecord, follow, read_to_end
from lintel_events.topics import apply_topics, consumer_groups, declared_topics


def main() -> None:
    arguments = _parser().parse_args()
    if not arguments.kafka:
        sys.exit("name the brokers with --kafka host:port or LINTEL_KAFKA")
    try:
        asyncio.run(arguments.run(arguments))
    except KeyboardInterrupt:
        sys.exit(130)
    except (ValueError, LookupError, OSError, KafkaError) as error:
        sys.exit(f"lintel-events: {error}")
    except EOFError:
        sys.exit("lintel-events: nobody answered; say --yes")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="lintel-events", description=__doc__)
    parser.add_argument("--kafka", default=os.environ.get("LINTEL_KAFKA"), help="bootstrap servers (LINTEL_KAFKA)")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    verbs = parser.add_subparsers(required=True, metavar="VERB")

    topics = verbs.add_parser("topics", help="apply or list the declared topics").add_subparsers(required=True)
    applying = topics.add_parser("apply", help="make what is missing, put settings right; changes no partition count")
    applying.add_argument("--replication", type=int, default=int(os.environ.get("LINTEL_REPLICATION", "1")))
    applying.add_argument("--dry-run", action="store_true")
    applying.set_defaults(run=_topics_apply)
    topics.add_parser("list", help="what is declared").set_defaults(run=_topics_list)

    tail = verbs.add_parser("tail", help="follow events")
    tail.add_argument("topic", nargs="*", help="default: every declared topic")
    tail.add_argument("--type", help="only events of this type, such as orders.OrderPlaced.v1")
    tail.add_argument("--key", help="only events of this key")
    tail.add_argument("--since", type=datetime.fromisoformat, help="from this moment on (RFC 3339)")
    tail.add_argument("--to-end", action="store_true", help="stop at the end instead of waiting for more")
    tail.set_defaults(run=_tail)

    lag = verbs.add_parser("lag", help="how far consumer groups are behind, in records and seconds")
    lag.add_argument("group", nargs="*", help="default: every group")
    lag.set_defaults(run=_lag)

    dead = verbs.add_parser("dead", help="dead letters").add_subparsers(required=True)
    for name, run, what in (
        ("list", _dead_list, "open letters"),
        ("show", _dead_show, "one letter, its record readable"),
        ("replay", _dead_replay, "append the record to its topic again and close the letter"),
        ("discard", _dead_discard, "close the letter for good"),
    ):
        verb = dead.add_parser(name, help=what)
        verb.add_argument("group", choices=consumer_groups())
        verb.set_defaults(run=run)
        if name != "list":
            verb.add_argument("id", help="the letter's id" + ("" if name == "show" else ", or `all`"))
        if name in {"replay", "discard"}:
            verb.add_argument("--dry-run", action="store_true")
            verb.add_argument("--yes", action="store_true", help="do not ask")
        if name == "replay":
            verb.add_argument("--value", type=Path, help="a file with the corrected value")
    return parser


async def _topics_apply(arguments: argparse.Namespace) -> None:
    applied = await apply_topics(
        arguments.kafka, declared_topics(), replication=arguments.replication, dry_run=arguments.dry_run
    )
    prefix = "would be " if arguments.dry_run else ""
    _print(arguments, ({"topic": one.topic, "outcome": prefix + one.outcome} for one in applied))


async def _topics_list(arguments: argparse.Namespace) -> None:
    _print(
        arguments,
        (
            {"topic": t.name, "kind": t.kind, "partitions": t.partitions, "days": t.retention_days}
            for t in declared_topics()
        ),
    )


async def _tail(arguments: argparse.Namespace) -> None:
    topics = arguments.topic or [topic.name for topic in declared_topics() if not topic.name.endswith(".dead")]
    records = read_to_end if arguments.to_end else follow
    async for record in records(arguments.kafka, topics, arguments.since):
        event = _event(record)
        if arguments.type in {None, event.get("type")} and arguments.key in {None, event.get("subject")}:
            _print(arguments, [event if arguments.json else _line(event)])


async def _lag(arguments: argparse.Namespace) -> None:
    _print(arguments, map(asdict, await lags(arguments.kafka, arguments.group or consumer_groups())))


async def _dead_list(arguments: argparse.Namespace) -> None:
    letters = await graveyard.open_letters(arguments.kafka, arguments.group)
    shown = ("id", "topic", "partition", "offset", "attempts", "error")
    _print(arguments, ({name: letter[name] for name in shown} for letter in letters))


async def _dead_show(arguments: argparse.Namespace) -> None:
    for letter in await _chosen(arguments):
        layout = 0 if arguments.json else orjson.OPT_INDENT_2
        print(orjson.dumps(graveyard.readable(letter), option=layout).decode())  # noqa: T201 - the command's output


async def _dead_replay(arguments: argparse.Namespace) -> None:
    corrected = arguments.value.read_bytes() if arguments.value else None
    for letter in await _confirmed(arguments, "replay"):
        await graveyard.replay(arguments.kafka, arguments.group, letter, corrected)
        _print(arguments, [{"id": letter["id"], "outcome": "replayed", "topic": letter["topic"]}])


async def _dead_discard(arguments: argparse.Namespace) -> None:
    for letter in await _confirmed(arguments, "discard"):
        await graveyard.discard(arguments.kafka, arguments.group, letter)
        _print(arguments, [{"id": letter["id"], "outcome": "discarded"}])


async def _chosen(arguments: argparse.Namespace) -> list[graveyard.Letter]:
    letters = await graveyard.open_letters(arguments.kafka, arguments.group)
    chosen = [letter for letter in letters if arguments.id in {"all", letter["id"]}]
    if not chosen:
        raise LookupError(f"no open letter {arguments.id} in {arguments.group}")
    return chosen


async def _confirmed(arguments: argparse.Namespace, verb: str) -> list[graveyard.Letter]:
    chosen = await _chosen(arguments)
    if arguments.dry_run:
        _print(arguments, ({"id": letter["id"], "outcome": f"would {verb}"} for letter in chosen))
        return []
    question = f"{verb} {len(chosen)} letter(s)? [y/N] "
    if not arguments.yes and (await asyncio.to_thread(input, question)).lower() != "y":
        return []
    return chosen


def _event(record: KafkaRecord) -> dict[str, Any]:
    try:
        event = orjson.loads(record.value or b"null")
    except ValueError:
        event = None
    where = {"topic": record.topic, "partition": record.partition, "offset": record.offset}
    return where | event if isinstance(event, dict) else where | {"unreadable": repr(record.value)[:200]}


def _line(event: dict[str, Any]) -> dict[str, Any]:
    names = ("time", "type", "subject", "sequence", "channel", "data", "unreadable")
    return {name: event[name] for name in names if name in event}


def _print(arguments: argparse.Namespace, rows: Iterable[dict[str, Any]]) -> None:
    for row in rows:
        line = orjson.dumps(row).decode() if arguments.json else "  ".join(_cell(value) for value in row.values())
        print(line, flush=True)  # noqa: T201 - the command's output


def _cell(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()

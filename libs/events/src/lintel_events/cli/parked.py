"""`lintel-events parked`: list, show, park, replay and discard what waits with its key."""

import argparse
from pathlib import Path
from typing import Any

from lintel_events.cli.database import add_service, open_units
from lintel_events.cli.output import add_consent, consented, show, show_whole
from lintel_events.cli.verbs import Verbs
from lintel_events.log.context import Context
from lintel_events.log.topics import consumer_groups
from lintel_events.operate import parked_keys
from lintel_events.operate.parked_keys import ParkedKey
from lintel_events.outbox.unit_of_work import UnitFactory

_OPERATOR = Context(correlation_id="lintel-events parked")


def add(verbs: Verbs) -> None:
    parked = verbs.add_parser("parked", help="parked keys").add_subparsers(required=True)
    for name, run, what in (
        ("list", _list, "the keys, and how the first record of each failed"),
        ("show", _show, "every record that waits, readable"),
        ("park", _park, "let a key wait from its next record on"),
        ("replay", _replay, "let the service apply what waits, in order"),
        ("discard", _discard, "drop the first record of each key for good"),
    ):
        verb = parked.add_parser(name, help=what)
        add_service(verb, consumer_groups())
        verb.add_argument("--topic", required=name == "park", help="default: any")
        verb.add_argument("--key", required=name == "park", help="default: any")
        verb.set_defaults(run=run, needs_kafka=False)
        if name in {"park", "replay", "discard"}:
            add_consent(verb)
        if name == "replay":
            verb.add_argument("--value", type=Path, help="a file with the corrected value of the first record")
        if name == "discard":
            verb.add_argument("--all", action="store_true", help="every record, not the first only")


async def _list(arguments: argparse.Namespace) -> None:
    async with open_units(arguments) as units, units(_OPERATOR) as unit:
        show(arguments, await parked_keys.parked_keys(unit, arguments.service, arguments.topic, arguments.key))


async def _show(arguments: argparse.Namespace) -> None:
    async with open_units(arguments) as units:
        for parked in await _chosen(units, arguments):
            async with units(_OPERATOR) as unit:
                for record in await parked_keys.records(unit, arguments.service, parked):
                    show_whole(arguments, record)


async def _park(arguments: argparse.Namespace) -> None:
    async with open_units(arguments) as units:
        for parked in await _confirmed(arguments, [(arguments.topic, arguments.key)]):
            async with units(_OPERATOR) as unit:
                parked_keys.park(unit, arguments.service, parked)
            show(arguments, [_report(parked, "parked")])


async def _replay(arguments: argparse.Namespace) -> None:
    corrected = arguments.value.read_bytes() if arguments.value else None
    async with open_units(arguments) as units:
        chosen = await _chosen(units, arguments)
        if corrected is not None and len(chosen) > 1:
            raise ValueError("a corrected value belongs to one key: name it with --topic and --key")
        for parked in await _confirmed(arguments, chosen):
            async with units(_OPERATOR) as unit:
                found = await parked_keys.request_replay(unit, arguments.service, parked, corrected)
            show(arguments, [_report(parked, "replay requested" if found else "not parked any more")])


async def _discard(arguments: argparse.Namespace) -> None:
    async with open_units(arguments) as units:
        for parked in await _confirmed(arguments, await _chosen(units, arguments)):
            async with units(_OPERATOR) as unit:
                count = await parked_keys.discard(unit, arguments.service, parked, everything=arguments.all)
            show(arguments, [_report(parked, "discarded") | {"records": count}])


async def _chosen(units: UnitFactory, arguments: argparse.Namespace) -> list[ParkedKey]:
    async with units(_OPERATOR) as unit:
        found = await parked_keys.parked_keys(unit, arguments.service, arguments.topic, arguments.key)
    if not found:
        raise LookupError(f"{arguments.service} has no such parked key")
    return [(row["topic"], row["key"]) for row in found]


async def _confirmed(arguments: argparse.Namespace, chosen: list[ParkedKey]) -> list[ParkedKey]:
    verb = arguments.run.__name__.removeprefix("_")
    if arguments.dry_run:
        show(arguments, (_report(parked, f"would {verb}") for parked in chosen))
        return []
    return chosen if await consented(arguments, f"{verb} {len(chosen)} key(s)?") else []


def _report(parked: ParkedKey, outcome: str) -> dict[str, Any]:
    topic, key = parked
    return {"topic": topic, "key": key, "outcome": outcome}

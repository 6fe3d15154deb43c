"""`lintel-events dead`: list, show, replay and discard dead letters."""

import argparse
from pathlib import Path

from lintel_events.cli.output import add_consent, consented, show, show_whole
from lintel_events.cli.verbs import Verbs
from lintel_events.log.topics import consumer_groups
from lintel_events.operate import dead_letters


def add(verbs: Verbs) -> None:
    dead = verbs.add_parser("dead", help="dead letters").add_subparsers(required=True)
    for name, run, what in (
        ("list", _list, "open letters"),
        ("show", _show, "one letter, its record readable"),
        ("replay", _replay, "append the record to its topic again and close the letter"),
        ("discard", _discard, "close the letter for good"),
    ):
        verb = dead.add_parser(name, help=what)
        verb.add_argument("group", choices=consumer_groups())
        verb.set_defaults(run=run)
        if name != "list":
            verb.add_argument("id", help="the letter's id" + ("" if name == "show" else ", or `all` not parked"))
        if name in {"replay", "discard"}:
            add_consent(verb)
        if name == "replay":
            verb.add_argument("--value", type=Path, help="a file with the corrected value")


async def _list(arguments: argparse.Namespace) -> None:
    letters = await dead_letters.open_letters(arguments.kafka, arguments.group)
    shown = ("id", "topic", "partition", "offset", "attempts", "parked", "error")
    show(arguments, ({name: letter.get(name) for name in shown} for letter in letters))


async def _show(arguments: argparse.Namespace) -> None:
    for letter in await _chosen(arguments):
        show_whole(arguments, dead_letters.readable(letter))


async def _replay(arguments: argparse.Namespace) -> None:
    corrected = arguments.value.read_bytes() if arguments.value else None
    for letter in await _confirmed(arguments, "replay"):
        await dead_letters.replay(arguments.kafka, arguments.group, letter, corrected)
        show(arguments, [{"id": letter["id"], "outcome": "replayed", "topic": letter["topic"]}])


async def _discard(arguments: argparse.Namespace) -> None:
    for letter in await _confirmed(arguments, "discard"):
        await dead_letters.discard(arguments.kafka, arguments.group, letter)
        show(arguments, [{"id": letter["id"], "outcome": "discarded"}])


async def _chosen(arguments: argparse.Namespace) -> list[dead_letters.Letter]:
    letters = await dead_letters.open_letters(arguments.kafka, arguments.group)
    settled_here = [letter for letter in letters if not letter.get("parked")]
    chosen = settled_here if arguments.id == "all" else [letter for letter in letters if letter["id"] == arguments.id]
    if not chosen:
        raise LookupError(f"no open letter {arguments.id} in {arguments.group}")
    return chosen


async def _confirmed(arguments: argparse.Namespace, verb: str) -> list[dead_letters.Letter]:
    chosen = await _chosen(arguments)
    if arguments.dry_run:
        show(arguments, ({"id": letter["id"], "outcome": f"would {verb}"} for letter in chosen))
        return []
    return chosen if await consented(arguments, f"{verb} {len(chosen)} letter(s)?") else []

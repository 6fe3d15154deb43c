"""`lintel-events topics`: apply or list what is declared."""

import argparse
import os

from lintel_events.cli.output import show
from lintel_events.cli.verbs import Verbs
from lintel_events.log.topics import apply_topics, declared_topics


def add(verbs: Verbs) -> None:
    topics = verbs.add_parser("topics", help="apply or list the declared topics").add_subparsers(required=True)
    applying = topics.add_parser("apply", help="make what is missing, put settings right; changes no partition count")
    applying.add_argument("--replication", type=int, default=int(os.environ.get("LINTEL_REPLICATION", "1")))
    applying.add_argument("--dry-run", action="store_true")
    applying.set_defaults(run=_apply)
    topics.add_parser("list", help="what is declared").set_defaults(run=_list)


async def _apply(arguments: argparse.Namespace) -> None:
    applied = await apply_topics(
        arguments.kafka, declared_topics(), replication=arguments.replication, dry_run=arguments.dry_run
    )
    prefix = "would be " if arguments.dry_run else ""
    show(arguments, ({"topic": change.topic, "outcome": prefix + change.outcome} for change in applied))


async def _list(arguments: argparse.Namespace) -> None:
    names = ("name", "kind", "partitions", "retention_days")
    labels = ("topic", "kind", "partitions", "days")
    rows = (
        {label: getattr(topic, name) for label, name in zip(labels, names, strict=True)} for topic in declared_topics()
    )
    show(arguments, rows)

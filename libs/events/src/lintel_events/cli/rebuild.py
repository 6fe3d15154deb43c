"""`lintel-events rebuild`: put a service's copies of state topics right."""

import argparse
from dataclasses import asdict

from lintel_events.cli.database import add_service, dsn_of
from lintel_events.cli.output import show
from lintel_events.cli.verbs import Verbs
from lintel_events.database import create_pool
from lintel_events.log.topics import consumer_groups
from lintel_events.mirror.rebuild import installed_mirrors, rebuild


def add(verbs: Verbs) -> None:
    verb = verbs.add_parser("rebuild", help="make a service's mirrors what the log says, while it goes on")
    add_service(verb, consumer_groups())
    verb.add_argument("topic", nargs="?", help="default: every topic the service mirrors")
    verb.add_argument("--dry-run", action="store_true", help="say what would be done")
    verb.set_defaults(run=_rebuild)


async def _rebuild(arguments: argparse.Namespace) -> None:
    mirrors = installed_mirrors(arguments.service)
    topics = [arguments.topic] if arguments.topic else sorted(mirrors)
    if not set(topics) <= mirrors.keys():
        raise LookupError(f"{arguments.service} mirrors {', '.join(sorted(mirrors)) or 'nothing'}")
    async with create_pool(dsn_of(arguments), max_size=1) as pool:
        for topic in topics:
            done = await rebuild(
                arguments.kafka, pool, arguments.service, topic, mirrors[topic], dry_run=arguments.dry_run
            )
            show(arguments, [_said(asdict(done), arguments)])


def _said(done: dict[str, object], arguments: argparse.Namespace) -> dict[str, object]:
    outcome = "would be rebuilt" if arguments.dry_run else "rebuilt"
    if arguments.json:
        return {"outcome": outcome, **done}
    counts = ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in done.items() if name != "topic")
    return {"topic": done["topic"], "outcome": outcome, "counts": counts}

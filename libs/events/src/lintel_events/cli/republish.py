"""`lintel-events republish`: publish the current state of a topic again, from its owner's tables."""

import argparse
from datetime import UTC, datetime

from lintel_events.cli.database import open_units
from lintel_events.cli.output import show
from lintel_events.cli.verbs import Verbs
from lintel_events.mirror.republish import installed_state, installed_states, republish


def add(verbs: Verbs) -> None:
    verb = verbs.add_parser("republish", help="publish a state topic's current state again, from its owner's tables")
    verb.add_argument("topic", choices=installed_states())
    verb.add_argument("--key", help="only this key's")
    verb.add_argument("--database", help="the owner's PostgreSQL URL (default: LINTEL_<OWNER>_DB)")
    verb.add_argument("--dry-run", action="store_true", help="say what would be done")
    verb.set_defaults(run=_republish)


async def _republish(arguments: argparse.Namespace) -> None:
    state = installed_state(arguments.topic)
    arguments.service = state.service
    republished = 0
    async with open_units(arguments) as units:
        steps = republish(units, state, datetime.now(UTC), key=arguments.key, dry_run=arguments.dry_run)
        async for count in steps:
            republished += count
    if arguments.key and not republished:
        raise LookupError(f"{arguments.topic} has no {arguments.key}")
    outcome = "would be republished" if arguments.dry_run else "republished"
    show(arguments, [{"topic": arguments.topic, "outcome": outcome, "keys": republished}])

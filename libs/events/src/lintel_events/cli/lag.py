"""`lintel-events lag`: how far consumer groups are behind."""

import argparse
from dataclasses import asdict

from lintel_events.cli.output import show
from lintel_events.cli.verbs import Verbs
from lintel_events.log.topics import consumer_groups
from lintel_events.operate.lag import lags


def add(verbs: Verbs) -> None:
    lag = verbs.add_parser("lag", help="how far consumer groups are behind, in records and seconds")
    lag.add_argument("group", nargs="*", help="default: every group")
    lag.set_defaults(run=_lag)


async def _lag(arguments: argparse.Namespace) -> None:
    show(arguments, map(asdict, await lags(arguments.kafka, arguments.group or consumer_groups())))

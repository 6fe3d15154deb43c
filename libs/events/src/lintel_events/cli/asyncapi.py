"""`lintel-events asyncapi`: everything that is published, as one AsyncAPI 3 document."""

import argparse

from lintel_events.cli.output import show_whole
from lintel_events.cli.verbs import Verbs
from lintel_events.operate.asyncapi import installed_document


def add(verbs: Verbs) -> None:
    asyncapi = verbs.add_parser("asyncapi", help="print the AsyncAPI 3 document of the installed contracts")
    asyncapi.set_defaults(run=_asyncapi, needs_kafka=False)


async def _asyncapi(arguments: argparse.Namespace) -> None:
    show_whole(arguments, installed_document())

"""`lintel-events`: what operators do with the backbone. One module a verb; this one joins them."""

import argparse
import asyncio
import os
import sys

import asyncpg
from aiokafka.errors import KafkaError

from lintel_events.cli import asyncapi, dead, explain, lag, parked, rebuild, republish, tail, topics


def main() -> None:
    arguments = _parser().parse_args()
    if arguments.needs_kafka and not arguments.kafka:
        sys.exit("name the brokers with --kafka host:port or LINTEL_KAFKA")
    try:
        asyncio.run(arguments.run(arguments))
    except KeyboardInterrupt:
        sys.exit(130)
    except (ValueError, LookupError, OSError, KafkaError, asyncpg.PostgresError) as error:
        sys.exit(f"lintel-events: {error}")
    except EOFError:
        sys.exit("lintel-events: nobody answered; say --yes")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="lintel-events", description=__doc__)
    parser.add_argument("--kafka", default=os.environ.get("LINTEL_KAFKA"), help="bootstrap servers (LINTEL_KAFKA)")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.set_defaults(needs_kafka=True)
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    for verb in (topics, tail, lag, explain, dead, parked, rebuild, republish, asyncapi):
        verb.add(verbs)
    return parser

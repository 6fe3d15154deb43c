"""Which database a verb works on: the service's, by its consumer group."""

import argparse
import os


def add_service(verb: argparse.ArgumentParser, services: list[str]) -> None:
    """The service's name, and `--database` for where it is."""
    verb.add_argument("service", choices=services)
    verb.add_argument("--database", help="its PostgreSQL URL (default: LINTEL_<SERVICE>_DB)")


def dsn_of(arguments: argparse.Namespace) -> str:
    """Raise LookupError, naming the setting, when nobody said."""
    name = f"LINTEL_{arguments.service.upper().replace('-', '_')}_DB"
    dsn = arguments.database or os.environ.get(name)
    if not dsn:
        raise LookupError(f"name the database with --database or {name}")
    return str(dsn)

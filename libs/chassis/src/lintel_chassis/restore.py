"""`python -m lintel_<service> restore`: for operators, after the service's database was restored."""

import argparse
import asyncio
import sys
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import TypeVar

import orjson

from lintel_chassis.service import Service
from lintel_chassis.settings import ServiceSettings
from lintel_events.restore.restore import Restoration, restore

S = TypeVar("S", bound=ServiceSettings)


def main(service: Service[S], settings: S, words: list[str]) -> None:
    """Print what was done as JSON.

    Exit with a message when the service has nothing to restore, still runs, or `--without` does not name all that
    no event holds.
    """
    if service.restoration is None:
        sys.exit(f"{service.name} publishes nothing that a restore could take up")
    options = _options(service, words)
    restoration = service.restoration(settings)
    if not options.dry_run and (missing := restoration.unknown.keys() - set(options.without)):
        sys.exit(_refusal(restoration, missing))
    if options.check:
        return
    try:
        sys.stdout.write(asyncio.run(_run(service, settings, restoration, options)))
    except (RuntimeError, OSError) as refusal:
        sys.exit(f"{service.package} restore: {refusal}")


async def _run(service: Service[S], settings: S, restoration: Restoration, options: argparse.Namespace) -> str:
    done = await restore(
        restoration,
        dsn=settings.database_url.get_secret_value(),
        bootstrap=settings.kafka,
        source=f"/{service.name}",
        since=options.since,
        dry_run=options.dry_run,
    )
    report = {"service": service.name, "dry_run": options.dry_run, **asdict(done)}
    report["unknown"] = dict(restoration.unknown)
    return orjson.dumps(report, option=orjson.OPT_INDENT_2).decode() + "\n"


def _refusal(restoration: Restoration, missing: Iterable[str]) -> str:
    lines = [f"  {name}: {restoration.unknown[name]}" for name in sorted(missing)]
    without = ",".join(sorted(restoration.unknown))
    return "\n".join(["The log does not hold all of it. Gone would be", *lines, f"Go on by --without={without}"])


def _options(service: Service[S], words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=f"python -m {service.package} restore", description=__doc__)
    parser.add_argument("--since", type=datetime.fromisoformat, help="surely before the backup (RFC 3339)")
    without_effect = parser.add_mutually_exclusive_group()
    without_effect.add_argument(
        "--dry-run", action="store_true", help="say what would be done, and what the log does not hold"
    )
    without_effect.add_argument("--check", action="store_true", help="say no more than whether --without names it all")
    parser.add_argument("--without", type=lambda text: text.split(","), default=[], help="parts to go on without")
    return parser.parse_args(words)

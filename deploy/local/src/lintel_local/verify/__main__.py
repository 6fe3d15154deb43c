"""`python -m lintel_local.verify`: what `make verify` runs, on the stack that is up or on any other by its environment.

Outside the local stack LINTEL_KAFKA and LINTEL_<SERVICE>_DB (of all five) say where everything is.
"""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from lintel_local.control import call
from lintel_local.errors import LocalError
from lintel_local.paths import STATE
from lintel_local.services import ALL
from lintel_local.supervisor import Runtime
from lintel_local.verify import verify
from lintel_local.verify.auditor import PATIENCE_S


def main() -> int:
    """0 when nothing is wrong, 1 when something is or nothing could be asked."""
    options = _parser().parse_args()
    try:
        env = _env(options.directory)
    except LocalError as failure:
        sys.stderr.write(f"{failure}\n")
        return 1
    databases = {service.name: env[f"LINTEL_{service.setting}_DB"] for service in ALL}
    checking = verify(databases, env["LINTEL_KAFKA"], whole_log=options.log, patience_s=options.patience)
    report = asyncio.run(checking)
    sys.stdout.write((json.dumps(report.json()) if options.json else str(report)) + "\n")
    return 1 if report.wrong else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m lintel_local.verify", description=__doc__)
    parser.add_argument("--directory", type=Path, default=STATE, help="of the stack that is up")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--log", action="store_true", help="compare with every fact on the log too")
    parser.add_argument("--patience", type=float, default=PATIENCE_S, help="seconds that what is in flight may take")
    return parser


def _env(directory: Path) -> Mapping[str, str]:
    if all(f"LINTEL_{service.setting}_DB" in os.environ for service in ALL) and "LINTEL_KAFKA" in os.environ:
        return os.environ
    env: dict[str, str] = call(Runtime(directory).control, "env")
    return env


if __name__ == "__main__":
    sys.exit(main())

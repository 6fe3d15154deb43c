"""Showing what the components wrote."""

import os
from collections import deque
from pathlib import Path

from lintel_local.errors import LocalError

_LINES = 40


def show_logs(directory: Path, what: str, *, follow: bool) -> None:
    """Print the last lines of one component's log, or of all; `follow` goes on until Ctrl-C."""
    logs = sorted(directory.glob(f"{what.replace('_', '-') or '*'}.log"))
    if not logs:
        raise LocalError(f"there is no log of {what or 'anything'} in {directory}")
    if follow:
        os.execvp("tail", ["tail", "-n", str(_LINES), "-F", *map(str, logs)])  # noqa: S606, S607 - the system's tail
    for log in logs:
        with log.open(errors="replace") as lines:
            last = "".join(deque(lines, _LINES))
        print(f"==> {log} <==\n{last}")  # noqa: T201 - printing is what this is for

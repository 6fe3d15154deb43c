"""What every client operation came to: written before and after each, so that a kill leaves it unknown."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Outcome = Literal["ok", "failed", "unknown"]


class History:
    """One process's file; each line is with the system when `begun` or `ended` returns."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("ab", buffering=0)

    def begun(self, operation: str, note: str) -> None:
        self._line({"operation": operation, "note": note})

    def ended(self, operation: str, outcome: Outcome, why: str = "") -> None:
        self._line({"operation": operation, "outcome": outcome, "why": why})

    def _line(self, entry: dict[str, Any]) -> None:
        self._file.write(json.dumps(entry).encode() + b"\n")


@dataclass(frozen=True)
class Operations:
    """All operations of a run by their outcome; what was begun and never ended is unknown."""

    ok: set[str]
    failed: set[str]
    unknown: set[str]

    def __len__(self) -> int:
        return len(self.ok) + len(self.failed) + len(self.unknown)


def operations(directory: Path) -> Operations:
    found: dict[str, set[str]] = {"ok": set(), "failed": set(), "unknown": set()}
    begun = set()
    for line in _lines(directory):
        if outcome := line.get("outcome"):
            found[outcome].add(line["operation"])
        else:
            begun.add(line["operation"])
    found["unknown"] |= begun - found["ok"] - found["failed"]
    return Operations(**found)


def _lines(directory: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(directory.glob("history-*.jsonl")):
        whole, _, _ = path.read_bytes().rpartition(b"\n")  # a kill may cut the last line short
        yield from map(json.loads, whole.splitlines())

"""How the command line speaks: rows as text or JSON lines, and the question before anything changes."""

import argparse
import asyncio
from collections.abc import Iterable
from typing import Any

import orjson


def show(arguments: argparse.Namespace, rows: Iterable[dict[str, Any]]) -> None:
    """One row a line; with `--json` one object a line."""
    for row in rows:
        line = orjson.dumps(row).decode() if arguments.json else "  ".join(_cell(value) for value in row.values())
        print(line, flush=True)  # noqa: T201 - the command's output


def show_whole(arguments: argparse.Namespace, thing: Any) -> None:
    """One JSON document, indented for people."""
    layout = 0 if arguments.json else orjson.OPT_INDENT_2
    print(orjson.dumps(thing, option=layout).decode())  # noqa: T201 - the command's output


def add_consent(verb: argparse.ArgumentParser) -> None:
    """The options of a verb that changes state."""
    verb.add_argument("--dry-run", action="store_true", help="say what would be done")
    verb.add_argument("--yes", action="store_true", help="do not ask")


async def consented(arguments: argparse.Namespace, question: str) -> bool:
    """Whether the operator wants it; `--yes` has answered already, and nobody at the keyboard means EOFError."""
    return arguments.yes or (await asyncio.to_thread(input, f"{question} [y/N] ")).lower() == "y"


def _cell(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()

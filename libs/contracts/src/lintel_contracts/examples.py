"""Records of real runs, as they lie on the log: `records/<topic>/<type>-<n>.json`, each written once and never again.

They were written by the code of their day and stay: what today's models cannot read there, they cannot read on the
log either.
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

CloudEvent = dict[str, Any]

RECORDS = Path(__file__).parent / "records"


def examples_of(event_type: str, directory: Path = RECORDS) -> list[CloudEvent]:
    """The type's examples, the oldest first; `data` is what its model parses."""
    return [json.loads(path.read_text()) for path in _files(event_type, directory)]


def add_examples(records: Iterable[tuple[str, CloudEvent]], directory: Path = RECORDS) -> list[Path]:
    """Keep each event, given with its topic, that shows what no example of its type shows yet; return the new files."""
    return [path for topic, event in records if (path := _add(topic, event, directory))]


def shown(data: Any, where: str = "") -> Iterator[tuple[str, str]]:
    """Every property of `data` with the kind of its value: ("/lines/sku", "str"), ("/hold_id", "NoneType")."""
    if isinstance(data, dict):
        for name, value in data.items():
            yield f"{where}/{name}", type(value).__name__
            yield from shown(value, f"{where}/{name}")
    if isinstance(data, list):
        for item in data:
            yield from shown(item, where)


def _files(event_type: str, directory: Path) -> list[Path]:
    return sorted(directory.glob(f"*/{event_type}-*.json"), key=lambda path: int(path.stem.rpartition("-")[2]))


def _add(topic: str, event: CloudEvent, directory: Path) -> Path | None:
    event_type = event["type"]
    known = {part for example in examples_of(event_type, directory) for part in shown(example["data"])}
    if not set(shown(event["data"])) - known:
        return None
    number = len(_files(event_type, directory)) + 1
    path = directory / topic / f"{event_type}-{number}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x") as file:
        file.write(json.dumps(event, indent=2, ensure_ascii=False) + "\n")
    return path

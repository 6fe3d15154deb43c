"""The published JSON Schema of every event: `python -m lintel_contracts.schemas` writes `schemas/<type>.json`.

A published event may gain an optional property with a name it never had. Whatever else a reader could notice is a new
type, `...v2`.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lintel_contracts import EVENTS
from lintel_contracts.event import Event

Schema = dict[str, Any]

SCHEMAS = Path(__file__).parents[2] / "schemas"
_WORDS_ONLY = frozenset({"title", "description"})
"""What people read; no program depends on it."""


def schema_of(event: type[Event]) -> Schema:
    """The schema of the event's `data`, as written (JSON Schema 2020-12)."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"/schemas/{event.type}.json"}
    return head | event.model_json_schema(mode="serialization")


def breaking_changes(published: Any, current: Any, where: str = "#") -> Iterator[str]:
    """Where `current` differs from `published` by more than a new optional property, as JSON pointers."""
    if not isinstance(published, dict) or not isinstance(current, dict):
        if published != current and not (where.endswith("/required") and sorted(published) == sorted(current)):
            yield f"{where}: {json.dumps(published)} became {json.dumps(current)}"
        return
    for name in sorted((published.keys() | current.keys()) - _WORDS_ONLY):
        pointer = f"{where}/{name}"
        if name not in current:
            yield f"{pointer} is gone"
        elif name in published:
            compare = _named if name in {"properties", "$defs"} else breaking_changes
            yield from compare(published[name], current[name], pointer)
        else:
            yield f"{pointer} is new"


def _named(published: Schema, current: Schema, where: str) -> Iterator[str]:
    """Names may be added here; one that has to be given shows up in `required` beside them."""
    for name, schema in published.items():
        if name in current:
            yield from breaking_changes(schema, current[name], f"{where}/{name}")
        else:
            yield f"{where}/{name} is gone"


def published_schema(event: type[Event]) -> Schema | None:
    """As committed; None for an event that is not published yet."""
    path = SCHEMAS / f"{event.type}.json"
    return json.loads(path.read_text()) if path.exists() else None


def main() -> None:
    """Write what is new; refuse what would break a reader."""
    refused = [
        f"{event.type}: {change}"
        for event in EVENTS.values()
        if (published := published_schema(event)) is not None
        for change in breaking_changes(published, schema_of(event))
    ]
    if refused:
        sys.exit(
            "\n".join(
                [*refused, "This needs a new event type. (A schema that nobody has read yet may be deleted first.)"]
            )
        )
    SCHEMAS.mkdir(exist_ok=True)
    for event in EVENTS.values():
        text = json.dumps(schema_of(event), indent=2, ensure_ascii=False) + "\n"
        (SCHEMAS / f"{event.type}.json").write_text(text)


if __name__ == "__main__":
    main()

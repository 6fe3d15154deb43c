"""The published JSON Schema of every event: `python -m lintel_contracts.schemas` writes `schemas/<type>.json`.

A published event may gain an optional property with a name it never had (a name once published stays, so that no name
comes back with another meaning). Whatever else a reader could notice is a new type, `...v2`.
"""

import json
import sys
from pathlib import Path

from lintel_contracts import EVENTS
from lintel_contracts.compatibility import Schema, breaking_changes
from lintel_contracts.event import Event

SCHEMAS = Path(__file__).parents[2] / "schemas"


def schema_of(event: type[Event]) -> Schema:
    """The schema of the event's `data`, as written (JSON Schema 2020-12)."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"/schemas/{event.type}.json"}
    return head | event.model_json_schema(mode="serialization")


def published_schema(event: type[Event]) -> Schema | None:
    """As committed; None for an event that is not published yet."""
    path = SCHEMAS / f"{event.type}.json"
    return json.loads(path.read_text()) if path.exists() else None


def refusal(event: type[Event]) -> str | None:
    """What about the event would break its readers, and what to do instead; None when nothing would."""
    published = published_schema(event)
    changes = list(breaking_changes(published, schema_of(event))) if published else []
    return "\n".join([f"{event.type} would break its readers:", *changes, _way_out(event)]) if changes else None


def _way_out(event: type[Event]) -> str:
    name, _, version = event.type.rpartition(".v")
    beside = (
        "on a new topic, because a state topic carries one type"
        if event.topic.kind == "state"
        else f"and publish both for as long as {event.topic.name} keeps its records ({event.topic.retention_days} days)"
    )
    return (
        "Only a new optional property, with a name it never had, may be added to an object that is not closed. "
        f"For this, leave {event.type} as it is and declare {name}.v{int(version) + 1} beside it, {beside}. "
        f"(If nobody can have read it yet, delete schemas/{event.type}.json first.)"
    )


def withdrawn() -> list[str]:
    """Published types that no model declares any more: readers meet them for as long as the log is kept."""
    return sorted({path.stem for path in SCHEMAS.glob("*.json")} - EVENTS.keys())


def main() -> None:
    """Write what is new; refuse what would break a reader."""
    gone = [f"{name} is published and declared no more: put its class back" for name in withdrawn()]
    refused = gone + [said for event in EVENTS.values() if (said := refusal(event))]
    if refused:
        sys.exit("\n\n".join(refused))
    SCHEMAS.mkdir(exist_ok=True)
    for event in EVENTS.values():
        text = json.dumps(schema_of(event), indent=2, ensure_ascii=False) + "\n"
        (SCHEMAS / f"{event.type}.json").write_text(text)


if __name__ == "__main__":
    main()

"""What earlier commits wrote to the log is still read: the committed examples are such records."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from lintel_contracts import EVENTS
from lintel_contracts.event import Event
from lintel_contracts.examples import RECORDS, add_examples, examples_of, shown
from lintel_contracts.schemas import schema_of

FILES = sorted(RECORDS.rglob("*.json"))
every_example = pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])


def _read(file: Path) -> tuple[dict[str, Any], Event]:
    record = json.loads(file.read_text())
    return record, EVENTS[record["type"]].model_validate(record["data"])


def _known_part(record: Any, now: Any) -> Any:
    """What today's model writes, less the properties that were not there when the record was written."""
    if isinstance(record, dict) and isinstance(now, dict):
        return {name: _known_part(record[name], value) for name, value in now.items() if name in record}
    if isinstance(record, list) and isinstance(now, list):
        return [_known_part(item, value) for item, value in zip(record, now, strict=True)]
    return now


@every_example
def test_todays_model_reads_what_was_written_and_would_write_it_again(file: Path) -> None:
    record, event = _read(file)
    assert _known_part(record["data"], json.loads(event.model_dump_json())) == record["data"]


@every_example
def test_todays_schema_holds_for_what_was_written(file: Path) -> None:
    """Programs generated from the newest schema read the whole log, not only its end."""
    record, event = _read(file)
    Draft202012Validator(schema_of(type(event))).validate(record["data"])


@every_example
def test_an_event_keeps_its_topic_and_its_key(file: Path) -> None:
    """On another topic or under another key it would lose its order with what is there already."""
    record, event = _read(file)
    assert (file.parent.name, record["subject"]) == (event.topic.name, event.key)


@every_example
def test_an_example_is_a_whole_cloud_event(file: Path) -> None:
    record, _ = _read(file)
    assert (record["specversion"], record["datacontenttype"]) == ("1.0", "application/json")
    assert record["dataschema"] == f"/schemas/{record['type']}.json"
    assert datetime.fromisoformat(record["time"]).tzinfo
    assert record.keys() >= {"id", "source", "sequence", "correlationid"}


@pytest.mark.parametrize("event_type", EVENTS)
def test_there_is_an_example_of_every_property(event_type: str) -> None:
    """A new event or property comes with a record of it: `make examples` adds it, and never changes another."""
    declared = schema_of(EVENTS[event_type])["properties"].keys()
    seen = {name for example in examples_of(event_type) for name in example["data"]}
    assert seen == declared


def _ready(**data: Any) -> tuple[str, dict[str, Any]]:
    return "orders.orders", {"type": "orders.OrderReady.v1", "data": data}


def test_an_event_that_shows_something_new_is_added(tmp_path: Path) -> None:
    events = [_ready(order_id="a"), _ready(order_id="b"), _ready(order_id="c", collect_by=None)]
    added = add_examples(events, tmp_path)
    assert [path.name for path in added] == ["orders.OrderReady.v1-1.json", "orders.OrderReady.v1-2.json"]
    assert examples_of("orders.OrderReady.v1", tmp_path) == [events[0][1], events[2][1]]


def test_an_example_is_never_rewritten(tmp_path: Path) -> None:
    [first] = add_examples([_ready(order_id="a")], tmp_path)
    before = first.read_bytes()
    assert add_examples([_ready(order_id="b")], tmp_path) == []
    assert first.read_bytes() == before


def test_what_an_event_shows_is_found_at_every_depth() -> None:
    assert set(shown({"lines": [{"sku": "a"}, {"sku": None}]})) == {
        ("/lines", "list"), ("/lines/sku", "str"), ("/lines/sku", "NoneType"),
    }  # fmt: skip

"""Persons appear in events as opaque ids only: the log is kept for months and read by third parties."""

from collections.abc import Iterator
from typing import Any

import pytest

from lintel_contracts import EVENTS
from lintel_contracts.event import Event
from lintel_contracts.schemas import schema_of

BANNED = {
    "name", "email", "phone", "address", "street", "city", "postcode", "birthday",
    "lat", "lon", "latitude", "longitude", "position",
    "note", "comment", "message", "text", "remark", "description",
}  # fmt: skip
EXEMPT = {
    "catalog.ProductChanged.v1/name": "a product's name",
    "geo.StoreChanged.v1/name": "a store's name",
    "geo.StoreChanged.v1/lat": "a store's position",
    "geo.StoreChanged.v1/lon": "a store's position",
    "orders.OrderPlaced.v1/OrderLine/name": "a product's name, as it was when ordered",
}
"""Field by field, with the reason."""


def _fields(schema: dict[str, Any]) -> Iterator[str]:
    for part, fields in {"": schema, **schema.get("$defs", {})}.items():
        yield from (f"{part}/{name}".lstrip("/") for name in fields.get("properties", ()))


def _banned(field: str) -> bool:
    name = field.rpartition("/")[2]
    return name in BANNED or any(word in BANNED for word in name.split("_"))


@pytest.mark.parametrize("event", EVENTS.values(), ids=list(EVENTS))
def test_no_event_carries_personal_data(event: type[Event]) -> None:
    """Exempt one by name, with a reason, or publish an opaque id instead."""
    found = {f"{event.type}/{field}" for field in _fields(schema_of(event)) if _banned(field)}
    assert found <= EXEMPT.keys()


def test_no_exemption_outlives_its_field() -> None:
    known = {f"{event.type}/{field}" for event in EVENTS.values() for field in _fields(schema_of(event))}
    assert EXEMPT.keys() <= known

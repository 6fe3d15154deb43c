"""A store described again and again."""

from dataclasses import replace

import pytest

from lintel_contracts.errors import Invalid
from lintel_contracts.geo_stores import StoreStatus
from lintel_geo_offers.stores.domain import Address, Store, describe
from lintel_geo_offers.stores.geography import Position

BERLIN = Store(
    store_code="S1",
    name="Alexanderplatz",
    brand=None,
    position=Position(52.5, 13.4),
    address=Address("Platz 1", "Berlin", None, "10178", "DE"),
    timezone="Europe/Berlin",
    currency="EUR",
    opening_hours="24/7",
    services=("pickup",),
    status=StoreStatus.OPEN,
)


def test_the_first_description_is_the_first_event() -> None:
    store, events = describe(None, BERLIN)
    assert (store, [event.key for event in events]) == (BERLIN, ["S1"])


def test_the_same_description_is_no_event() -> None:
    known, _ = describe(None, BERLIN)
    assert describe(known, BERLIN) == (known, ())


def test_every_change_is_one_event_with_the_whole_state() -> None:
    known, _ = describe(None, BERLIN)
    store, [event] = describe(known, replace(BERLIN, status=StoreStatus.CLOSED))
    assert (store.status, event.status, event.name) == (StoreStatus.CLOSED, StoreStatus.CLOSED, "Alexanderplatz")


def test_a_store_whose_hours_nobody_can_read_is_refused() -> None:
    with pytest.raises(Invalid, match="invalid_opening_hours"):
        describe(None, replace(BERLIN, opening_hours="always"))

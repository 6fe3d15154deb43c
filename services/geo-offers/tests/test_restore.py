"""A restored database takes up from the log how stores were described after its backup."""

from datetime import UTC, datetime

import pytest

from lintel_contracts.geo_stores import StoreChanged
from lintel_events.consumer.handler import Delivery
from lintel_events.log.cloudevent import sequence_text
from lintel_events.log.context import Context
from lintel_geo_offers.restore import RESTORATION
from lintel_geo_offers.testing import Geo

pytestmark = pytest.mark.integration

AT = datetime(2026, 11, 21, 19, tzinfo=UTC)


async def test_stores_are_as_they_were_described_last_and_keep_the_addresses_that_are_known(geo: Geo) -> None:
    """Taken up again nothing changes, and whoever changes a store afterwards goes on from there."""
    await geo.put("S1", name="at the backup")
    published = await geo.outbox()
    later = [
        Delivery(
            StoreChanged.model_validate(published[0]["data"] | {"store_code": code, "name": name}),
            sequence_text(1, sequence),
            AT,
            Context("log"),
        )
        for code, name, sequence in [("S1", "later", 2), ("S1", "last", 3), ("S2", "new", 1)]
    ]

    for done in ({"stores brought up": 1, "stores made again": 1}, {}):
        async with geo.units(Context("restore")) as unit:
            assert await RESTORATION.apply(unit, later) == done

    shown = {item["store_code"]: (item["name"], item["address"]["street"]) for item in (await geo.find())["items"]}
    assert shown == {"S1": ("last", "Platz 1"), "S2": ("new", "")}
    assert await geo.outbox() == published
    assert (await geo.put("S1", name="after")).headers["etag"] == '"4"'

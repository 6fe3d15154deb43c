"""Stores published again: as the table has them, each under its next sequence."""

from datetime import UTC, datetime

import pytest

from lintel_events.mirror.republish import republish
from lintel_geo_offers.republish import STORES
from lintel_geo_offers.testing import Geo

pytestmark = pytest.mark.integration

AT = datetime(2026, 11, 21, 19, tzinfo=UTC)


async def test_what_is_published_again_is_the_last_state_of_each_store_under_its_next_sequence(geo: Geo) -> None:
    """A second time publishes the same; and whoever changes a store afterwards goes on from there."""
    for code, name in (("S1", "A"), ("S2", "B"), ("S1", "C")):
        await geo.put(code, name=name)
    last = {event["subject"]: event["data"] for event in await geo.outbox()}

    for sequences in ([3, 2], [4, 3]):
        await geo.pool.execute("DELETE FROM outbox")
        assert [count async for count in republish(geo.units, STORES, AT)] == [2]

        again = await geo.outbox()
        assert {event["subject"]: event["data"] for event in again} == last
        assert [int(event["sequence"].rpartition("-")[2]) for event in again] == sequences

    assert (await geo.put("S1", name="D")).headers["etag"] == '"5"'

"""What tests of the whole system leave behind, and who clears it away."""

from collections.abc import AsyncIterator

import pytest

from lintel_events.log.topics import consumer_groups
from tests.system.command import lintel_events
from tests.system.running import System


@pytest.fixture(scope="module")
async def nothing_left_lying(system: System) -> AsyncIterator[None]:
    """For tests that append what nobody can apply: every group was handed it, and audits name what lies open."""
    yield
    for group in consumer_groups():
        if await system.rows(group, "SELECT FROM parked_keys"):
            await lintel_events(system, "parked", "discard", group, "--all", "--yes")

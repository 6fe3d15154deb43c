"""A minute of the battery, on one broker; `make chaos` is all of it, on three."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.chaos.battery import Battery, battery
from tests.chaos.catalogue import FAULTS
from tests.chaos.fault_context import Fault
from tests.chaos.processes import ROOT

pytestmark = pytest.mark.integration

SEED = 1
MINUTE = (
    "kill -9 at relay.before_kafka_commit",
    "kill -9 at relay.before_delete",
    "kill -9 at consumer.before_offset_commit",
    "kill -9 at unit.after_commit",
    "PostgreSQL shut down and restarted",
    "connections to the broker reset",
    "whole topic replayed",
    "oversize record",
    "1% poison",
)


@pytest.fixture(scope="module")
async def one_broker() -> AsyncIterator[Battery]:
    kept: Path = ROOT / ".lintel" / "chaos" / "test"
    async with battery(kept, brokers=1, seed=SEED) as running:
        yield running


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault.name in MINUTE], ids=lambda fault: fault.name)
async def test_the_backbone_survives(one_broker: Battery, fault: Fault) -> None:
    """All ten invariants hold once everything has come to rest; .lintel/chaos/test keeps what says otherwise."""
    assert (await one_broker.round(fault)).broken == {}

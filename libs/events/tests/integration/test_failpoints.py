"""A relay killed at a failpoint: what it held is in the log once it is back, a pass whole or not at all."""

import asyncio
import os
import signal
import sys

import pytest

from lintel_events.testing import Toy, running, until

pytestmark = pytest.mark.integration

_RELAY = """
import asyncio, sys
from lintel_events.outbox.relay import Relay
from lintel_events.outbox.signal import Signal
dsn, bootstrap, service = sys.argv[1:]
asyncio.run(Relay(dsn=dsn, bootstrap=bootstrap, service=service, committed=Signal()).run(asyncio.Event()))
"""


@pytest.mark.parametrize(
    ("place", "times"), [("relay.after_read", 1), ("relay.before_kafka_commit", 1), ("relay.before_delete", 2)]
)
async def test_a_relay_killed_in_mid_pass_repeats_it_whole_or_not_at_all(toy: Toy, place: str, times: int) -> None:
    """Nothing is lost, and only a pass that Kafka has committed is there a second time."""
    for n in range(20):
        await toy.note(f"note-{n % 5}")
    await _relay_dies_at(toy, place)

    async with running(toy.relay()):
        await until(lambda: _emptied(toy))

    assert toy.logged() == {f"note-{note}": [1, 2, 3, 4] * times for note in range(5)}


async def _relay_dies_at(toy: Toy, place: str) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _RELAY, toy.dsn, toy.bootstrap, toy.name,
        env={**os.environ, "LINTEL_FAILPOINTS": f"{place}=kill:1"},
    )  # fmt: skip
    assert await process.wait() == -signal.SIGKILL


async def _emptied(toy: Toy) -> bool:
    return await toy.waiting() == 0

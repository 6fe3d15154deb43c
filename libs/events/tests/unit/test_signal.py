"""Whoever waits is woken; whoever was looking away is not forgotten."""

import asyncio
from time import monotonic

from lintel_events.outbox.signal import Signal


async def test_everybody_who_waits_is_woken() -> None:
    signal = Signal()
    waiting = [asyncio.create_task(signal.wait(signal.count, 5)) for _ in range(3)]
    await asyncio.sleep(0)

    signal.wake()

    assert await asyncio.wait_for(asyncio.gather(*waiting), 1) == [1, 1, 1]


async def test_a_wake_between_reading_and_waiting_is_not_lost() -> None:
    """The relay reads the outbox in between."""
    signal = Signal()
    seen = signal.count
    signal.wake()

    assert await asyncio.wait_for(signal.wait(seen, 5), 1) == 1


async def test_a_wait_ends_when_its_time_is_up() -> None:
    signal = Signal()
    started = monotonic()

    assert await signal.wait(signal.count, 0.05) == 0
    assert monotonic() - started < 1

"""Real baskets, sixteen at a time, each with all of its lines."""

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from lintel_local.demo.client import Client, FrontDoor
from lintel_local.demo.data.model import Basket
from lintel_local.demo.fixtures.orders import decided, lines
from lintel_local.demo.progress import Report

IN_FLIGHT = 16


@dataclass(frozen=True, slots=True)
class Outcome:
    status: str
    reason: str | None
    seconds: float
    """From sending the order to having its answer, as the shopper's app would measure it."""


async def replay(front: FrontDoor, baskets: Sequence[Basket], report: Report) -> list[Outcome]:
    """Place them all as orders of their households; returns when each has its answer."""
    waiting = deque(baskets)
    outcomes: list[Outcome] = []

    async def shopping() -> None:
        while waiting:
            basket = waiting.popleft()
            shopper = front.client("shopper", f"household-{basket.household_id}")
            outcomes.append(await _place(shopper, basket))
            report("real baskets", len(outcomes), len(baskets))

    await asyncio.gather(*(shopping() for _ in range(IN_FLIGHT)))
    return outcomes


async def _place(shopper: Client, basket: Basket) -> Outcome:
    body = {
        "channel": "app",
        "lines": lines(basket.lines),
        "fulfilment": {"type": "pickup", "store_code": basket.store_code},
        "payment": {"method": "pay_in_store"},
    }
    began = time.perf_counter()
    order = await shopper.post("/v1/orders", body, prefer="wait=10")
    order = await decided(shopper, order)
    return Outcome(order["status"], order.get("status_reason"), time.perf_counter() - began)

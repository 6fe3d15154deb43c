"""What a service does once a customer is erased: it forgets the pseudonym wherever it keeps it."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime

from lintel_chassis.clock import utc_now
from lintel_chassis.worker.deadlines import Deadline, Due, set_deadlines
from lintel_contracts.orders_customers import CustomerErased
from lintel_events.consumer.handler import Delivery, Handler
from lintel_events.erasure import forget_parked, letters_without
from lintel_events.log.dead_letters import DeadLetterTopic
from lintel_events.outbox.unit_of_work import UnitOfWork

_FORGET_ASIDE = "forget aside"
_READ_S = 8.0
"""Other deadlines wait as long, and the transaction must not idle for more."""

_FORGET_ANSWERS = "DELETE FROM idempotency_keys WHERE subject = ANY($1::text[])"


def forgetting(*statements: str) -> Handler:
    """Statements get the pseudonyms as `$1::text[]`; stored answers and what was set aside forget them anyway."""

    async def forget(unit: UnitOfWork, deliveries: Sequence[Delivery[CustomerErased]]) -> None:
        pseudonyms = sorted({delivery.event.customer for delivery in deliveries})
        for statement in (_FORGET_ANSWERS, *statements):
            unit.write(statement, pseudonyms)
        forget_aside(unit, pseudonyms, utc_now())

    return Handler((CustomerErased,), forget)


def forget_aside(unit: UnitOfWork, pseudonyms: Iterable[str], at: datetime) -> None:
    """Start `aside_forgotten` for them."""
    set_deadlines(unit, _FORGET_ASIDE, dict.fromkeys(pseudonyms, at))


def aside_forgotten(bootstrap: str, consumer_group: str) -> Deadline:
    """Writes open dead letters and parked records again without the pseudonyms, once no letter is on its way.

    They stay: whatever they hold back still counts for the books, and names nobody.
    """

    async def rewrite(unit: UnitOfWork, due: Sequence[Due], _: datetime) -> None:
        try:
            async with asyncio.timeout(_READ_S):
                letters = await letters_without(bootstrap, consumer_group, [deadline.key for deadline in due])
        except TimeoutError as error:
            raise RuntimeError("the broker does not show its letters") from error  # a defect's kind: it is put off
        for letter in letters:
            unit.append(letter)
        for deadline in due:
            await forget_parked(unit, deadline.key)

    none_on_its_way = f"NOT EXISTS (SELECT FROM outbox WHERE topic = '{DeadLetterTopic(consumer_group).name}')"
    return Deadline(_FORGET_ASIDE, rewrite, guard=none_on_its_way)

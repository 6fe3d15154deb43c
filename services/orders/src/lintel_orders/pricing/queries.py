"""What a basket costs now, from the copies."""

from collections.abc import Sequence
from datetime import datetime

from lintel_contracts.errors import Invalid
from lintel_contracts.values import Channel
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_orders.copies.queries import pricing_data
from lintel_orders.pricing.domain import Quote, TaxRates, WantedLine, price, selling_store


async def quote(
    unit: UnitOfWork,
    store_code: str,
    wanted: Sequence[WantedLine],
    channel: Channel,
    claims: Sequence[str],
    rates: TaxRates,
    at: datetime,
) -> Quote:
    """Raise as `price` and `selling_store` do, and for any claim."""
    refuse_claims(claims)
    known = await pricing_data(unit, store_code, {line.sku for line in wanted})
    return price(wanted, channel, selling_store(known, "/store_code"), known, rates, at)


def refuse_claims(claims: Sequence[str]) -> None:
    """None has been given out yet."""
    if claims:
        raise Invalid("unknown_claim", f"There is no claim {claims[0]}.", "/claims/0")

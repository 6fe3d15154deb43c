"""Which price is shown, against the rule of the contracts, for whatever lists and windows there are."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lintel_catalog.entries.domain.price import Price, PriceList, windows_of
from lintel_catalog.testing import Catalog
from lintel_contracts.catalog_prices import PricesChanged, best_window
from lintel_contracts.values import Channel, Money

pytestmark = pytest.mark.integration

NOW = datetime(2026, 3, 1, tzinfo=UTC)
CODES = ["a", "b", "c", "d", "e"]
CHANNELS = st.none() | st.sets(st.sampled_from([Channel.WEB, Channel.APP]), min_size=1).map(tuple)
STORES = st.none() | st.sets(st.sampled_from(["S1", "S2"]), min_size=1).map(tuple)
MOMENTS = st.none() | st.integers(-3, 3).map(lambda hours: NOW + timedelta(hours=hours))
CURRENCIES = st.sampled_from(["EUR", "USD"])
LISTS = st.tuples(*(st.builds(PriceList, st.just(code), CURRENCIES, CHANNELS, STORES, st.booleans()) for code in CODES))
WINDOWS = st.lists(
    st.tuples(st.sampled_from(CODES), MOMENTS, MOMENTS), max_size=12, unique_by=lambda window: window[:2]
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LISTS, WINDOWS, st.sampled_from([None, Channel.WEB]), st.sampled_from([None, "S1"]), st.none() | CURRENCIES)
def test_the_price_shown_is_the_one_that_the_contract_names(
    url_with_milk: str,
    lists: tuple[PriceList, ...],
    windows: list[tuple[str, datetime | None, datetime | None]],
    channel: Channel | None,
    store_code: str | None,
    currency: str | None,
) -> None:
    """Orders quotes by the contract from its copy: a shopper must pay what the page said."""
    of_code = {price_list.code: price_list for price_list in lists}
    prices = [
        Price(code, Money.of(number, of_code[code].currency or ""), None, begins, ends)
        for number, (code, begins, ends) in enumerate(windows)
    ]
    published = PricesChanged(sku="milk", windows=windows_of(prices, of_code, NOW))
    best = best_window(published, channel, store_code, currency, NOW)
    shown = asyncio.run(_shown(url_with_milk, lists, prices, (channel, store_code, currency, NOW)))
    assert shown == (best and best.price.amount)


async def _shown(
    url: str, lists: Sequence[PriceList], prices: Sequence[Price], asked: tuple[str | datetime | None, ...]
) -> Decimal | None:
    async with _rolled_back(url) as connection:
        await connection.executemany(
            "INSERT INTO price_lists VALUES ($1, $2, $3, $4, $5, 1)",
            [(each.code, each.currency, each.channels, each.store_codes, each.prices_include_tax) for each in lists],
        )
        await connection.executemany(
            "INSERT INTO prices VALUES ('milk', $1, $2, NULL, $3, $4, $5, 1)",
            [
                (price.price_list, price.price.amount, price.price.currency, price.valid_from, price.valid_until)
                for price in prices
            ],
        )
        amount: Decimal | None = await connection.fetchval(
            "SELECT amount FROM price_as_sold('milk', $1, $2, $3, $4)", *asked
        )
    return amount


@asynccontextmanager
async def _rolled_back(url: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    connection = await asyncpg.connect(url)
    transaction = connection.transaction()
    await transaction.start()
    try:
        yield connection
    finally:
        await transaction.rollback()
        await connection.close()


@pytest.fixture
async def url_with_milk(catalog: Catalog) -> str:
    """A database with one product."""
    await catalog.pool.execute(
        "INSERT INTO products VALUES ('milk', '{}', 'Milk', NULL, '{}', NULL, NULL, 'active', '', 1, 1)"
    )
    return catalog.url

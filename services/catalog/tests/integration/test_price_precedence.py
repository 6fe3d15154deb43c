"""Which price is shown, against the rule as PriceWindow states it, for whatever lists and windows there are."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.integration

NOW = datetime(2026, 3, 1, tzinfo=UTC)
CHANNELS = st.none() | st.sets(st.sampled_from(["web", "app"]), min_size=1).map(sorted)
STORES = st.none() | st.sets(st.sampled_from(["S1", "S2"]), min_size=1).map(sorted)
MOMENTS = st.none() | st.integers(-3, 3).map(lambda hours: NOW + timedelta(hours=hours))
LISTS = st.lists(st.tuples(CHANNELS, STORES), min_size=1, max_size=5)
WINDOWS = st.lists(st.tuples(st.integers(0, 4), MOMENTS, MOMENTS), max_size=12, unique_by=lambda one: one[:2])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LISTS, WINDOWS, st.sampled_from([None, "web", "app"]), st.sampled_from([None, "S1", "S2"]))
def test_the_price_shown_is_the_one_that_the_contract_names(
    precedence_url: str, lists: list[Any], windows: list[Any], channel: str | None, store: str | None
) -> None:
    """Orders quotes by the same rule from its copy: a shopper must pay what the page said."""
    windows = [window for window in windows if window[0] < len(lists)]
    shown = asyncio.run(_shown(precedence_url, lists, windows, channel, store))
    assert shown == _by_the_contract(lists, windows, channel, store)


def _by_the_contract(lists: list[Any], windows: list[Any], channel: str | None, store: str | None) -> int | None:
    """The list that names the store, before the one that names the channel, before the others; the latest begun."""
    best: tuple[Any, ...] = ()
    for number, (of, begins, ends) in enumerate(windows):
        channels, stores = lists[of]
        sold_here = (channels is None or channel in channels) and (stores is None or store in stores)
        if sold_here and (begins is None or begins <= NOW) and (ends is None or ends > NOW):
            began = begins.timestamp() if begins else 0
            best = max(best, (stores is not None, channels is not None, began, -of, number))
    return best[-1] if best else None


async def _shown(url: str, lists: list[Any], windows: list[Any], channel: str | None, store: str | None) -> int | None:
    connection = await asyncpg.connect(url)
    try:
        async with _undone(connection):
            for number, (channels, stores) in enumerate(lists):
                await connection.execute(
                    "INSERT INTO price_lists VALUES ($1, 'EUR', $2, $3, true, 1)", f"l{number}", channels, stores
                )
            for number, (of, begins, ends) in enumerate(windows):
                await connection.execute(
                    "INSERT INTO prices VALUES ('milk', $1, $2, NULL, 'EUR', $3, $4, 1)", f"l{of}", number, begins, ends
                )
            amount = await connection.fetchval(
                "SELECT amount FROM price_as_sold('milk', $1, $2, $3)", channel, store, NOW
            )
    finally:
        await connection.close()
    return None if amount is None else int(amount)


class _undone:  # noqa: N801 - reads as a verb
    """A transaction that is always rolled back."""

    def __init__(self, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        self._transaction = connection.transaction()

    async def __aenter__(self) -> None:
        await self._transaction.start()

    async def __aexit__(self, *_: object) -> None:
        await self._transaction.rollback()


@pytest.fixture
async def precedence_url(catalog: Any) -> str:
    """A database with one product."""
    await catalog.pool.execute(
        "INSERT INTO products VALUES ('milk', '{}', 'Milk', NULL, '{}', NULL, NULL, 'active', '', 1, 1)"
    )
    return str(catalog.url)

"""Asking orders who a customer is: once a minute, and not at all costs."""

import socket
from contextlib import AsyncExitStack

import pytest

from lintel_chassis.auth.pseudonyms import Pseudonyms
from lintel_chassis.problems import Problem
from lintel_chassis.testing import Issuer, orders_that_knows_customers

pytestmark = pytest.mark.integration


async def test_whom_it_has_asked_about_it_knows_while_orders_is_away(issuer: Issuer) -> None:
    """A shopper at the counter does not wait for another service's restart."""
    token = issuer.bearer("ada")["Authorization"].encode()
    async with AsyncExitStack() as while_it_is_there:
        url = await while_it_is_there.enter_async_context(orders_that_knows_customers())
        async with Pseudonyms(url) as pseudonyms:
            assert await pseudonyms.of("ada", token) == "ada"
            await while_it_is_there.aclose()
            assert await pseudonyms.of("ada", token) == "ada"


async def test_with_orders_away_a_customer_it_has_not_met_is_asked_to_wait(issuer: Issuer) -> None:
    """Not refused as a stranger: the order may be theirs."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        async with Pseudonyms(f"http://127.0.0.1:{taken.getsockname()[1]}") as pseudonyms:
            with pytest.raises(Problem) as refused:
                await pseudonyms.of("ada", issuer.bearer("ada")["Authorization"].encode())
    assert refused.value.slug == "pseudonym_unavailable"
    assert refused.value.headers == {"Retry-After": "5"}

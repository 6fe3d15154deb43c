"""Nobody gets at what is not theirs: every route of the OpenAPI documents, called by everybody it is not for."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest

from lintel_local.tokens import AUDIENCE, ISSUER, Issuer
from tests.system.openapi import SCOPES, Operation, operations
from tests.system.requests import call
from tests.system.running import System
from tests.system.shop import Headers, Shop, fresh

pytestmark = pytest.mark.e2e

FORGETTING = "DELETE /v1/customers/me"
GUARDED = sorted(
    (operation for operation in operations() if operation.scopes), key=lambda operation: str(operation) == FORGETTING
)
"""The victim is forgotten last, when nobody needs them any more."""
OWNED = {"order_id", "sale_id", "store_code"}
"""Names in a path of what belongs to somebody."""
ANYWHERE = {
    "POST /v1/quotes": "prices are public",
    "POST /v1/orders": "a shopper buys wherever they like",
    "POST /v1/orders/{order_id}/events": "a ticket is worth no more than whoever asks for it, see below",
}
"""Routes that name what need not be the caller's."""

every_guarded_operation = pytest.mark.parametrize("operation", GUARDED, ids=str)


@dataclass(frozen=True)
class Victim:
    """A shopper's order and a till's sale at one store; `things` names them as paths and bodies do."""

    shop: Shop
    store: str
    things: dict[str, Any]

    async def call(self, operation: Operation, headers: Headers) -> httpx.Response:
        fresh_ids = {"id": fresh("id")} if operation.method == "post" else {}
        return await call(self.shop.client, operation, self.things | fresh_ids, headers)


@pytest.fixture(scope="module")
async def victim(system: System) -> Victim:
    shop = system.shop
    store = await shop.open_store()
    sku = await shop.stock(store, 10)
    order = await shop.confirmed(store, sku, buyer=shop.auth("shopper", "victim"))
    sale = (await shop.sell(store, sku)).json()
    await shop.code(order["id"], shop.auth("shopper", "victim"))
    money = {"amount": "1.50", "currency": "USD"}
    things = {"order_id": order["id"], "sale_id": sale["id"], "store_code": store, "sku": sku, "price_list": "base",
              "price": money, "total": money, "unit_price": money, "currency": "USD", "timezone": "America/New_York",
              "opening_hours": "24/7", "line_id": "1", "country": "US"}  # fmt: skip
    return Victim(shop, store, things)


@every_guarded_operation
async def test_without_a_token_of_a_trusted_issuer_nothing_is_answered(
    victim: Victim, operation: Operation, tmp_path: Path
) -> None:
    """None, expired, forged, unsigned, for somebody else, from somebody else."""
    for name, headers in _unacceptable(victim.shop.issuer, min(operation.scopes), victim.store, tmp_path):
        answer = await victim.call(operation, headers)
        assert _is_refusal(answer, 401), (name, answer.text)
        assert answer.headers["WWW-Authenticate"] == "Bearer", name


@every_guarded_operation
async def test_a_token_of_another_scope_is_refused(victim: Victim, operation: Operation) -> None:
    """Each scope that the document does not name, except ops, which may do all."""
    for scope in sorted(SCOPES - operation.scopes - {"ops"}):
        answer = await victim.call(operation, victim.shop.auth(scope, "victim", victim.store))
        assert _is_refusal(answer, 403), (scope, answer.text)
    nothing = await victim.call(operation, victim.shop.auth("", "victim", victim.store))
    assert _is_refusal(nothing, 403), nothing.text


@every_guarded_operation
async def test_what_is_anothers_does_not_exist(victim: Victim, operation: Operation) -> None:
    """Not forbidden: not there, so that nobody learns which ids are. Lists show nothing of it."""
    for headers in [headers async for headers in _strangers(victim.shop, operation, victim.store)]:
        answer = await victim.call(operation, headers)
        if operation.path.endswith("/batch"):
            assert {item["status"] for item in answer.json()["items"]} == {"rejected"}, answer.text
        elif operation.method == "get" and "items" in answer.json():
            assert answer.json()["items"] == []
        elif _is_somebodys(operation):
            assert _is_refusal(answer, 404, 403), answer.text


@every_guarded_operation
async def test_those_it_is_for_get_through(victim: Victim, operation: Operation) -> None:
    """Or the refusals above would prove nothing. Last, because it changes what there is."""
    for scope in sorted(operation.scopes - {"guest"}):
        answer = await victim.call(operation, victim.shop.auth(scope, "victim", victim.store))
        assert answer.status_code not in {400, 401, 403, 404, 405}, (scope, answer.text)
        assert answer.status_code < 500, (scope, answer.text)


async def test_a_ticket_opens_one_stream_to_one_caller(victim: Victim) -> None:
    """It stands in an address, where it is easily seen."""
    shop, mine = victim.shop, victim.shop.auth("shopper", "stranger")
    own = f"/v1/orders/{(await shop.confirmed(victim.store, victim.things['sku'], buyer=mine))['id']}/events"
    theirs = f"/v1/orders/{victim.things['order_id']}/events"
    tickets = {path: (await shop.client.post(path, headers=mine)).json()["ticket"] for path in (own, theirs)}
    elsewhere = await shop.client.get(theirs, params={"ticket": tickets[own]})
    foreign = await shop.client.get(theirs, params={"ticket": tickets[theirs]})
    assert _is_refusal(elsewhere, 401), elsewhere.text
    assert _is_refusal(foreign, 404), foreign.text


def _unacceptable(issuer: Issuer, scope: str, store: str, folder: Path) -> Iterator[tuple[str, Headers]]:
    good = issuer.token(scope, "victim", [store])
    claims = jwt.decode(good, options={"verify_signature": False})
    foreign = Issuer(folder / "foreign")
    yield "no token", {}
    yield "no bearer", {"Authorization": f"Basic {good}"}
    yield "nonsense", _bearer("a.b.c")
    yield "expired", _bearer(issuer.token(scope, "victim", [store], ttl=timedelta(minutes=-5)))
    yield "of another key", _bearer(foreign.token(scope, "victim", [store]))
    yield "changed", _bearer(f"{good.rpartition('.')[0]}.{foreign.token(scope, 'victim').rpartition('.')[2]}")
    yield "unsigned", _bearer(jwt.encode(claims, "", "none"))
    yield "of a shared secret", _bearer(jwt.encode(claims, AUDIENCE * 8, "HS256"))
    unknown = claims | {"iss": f"{ISSUER}.evil.test"}
    yield "of an unknown issuer", _bearer(jwt.encode(unknown, foreign._key, "ES256"))
    for claim in ("exp", "sub", "aud", "iss"):
        left = {name: value for name, value in claims.items() if name != claim}
        yield f"without {claim}", _bearer(jwt.encode(left, issuer._key, "ES256", {"kid": issuer._kid}))
    elsewhere = claims | {"aud": "another-api"}
    yield "for another audience", _bearer(jwt.encode(elsewhere, issuer._key, "ES256", {"kid": issuer._kid}))


async def _strangers(shop: Shop, operation: Operation, store: str) -> AsyncIterator[Headers]:
    """Callers with a scope that the route takes, and nothing of the victim's."""
    if "shopper" in operation.scopes:
        yield shop.auth("shopper", "stranger", "elsewhere")
        yield shop.auth("shopper", "who-claims-to-work-there", store)
    if "guest" in operation.scopes:
        yield await shop.guest()
    for scope in sorted(operation.scopes & {"associate", "pos"}):
        yield shop.auth(scope, "victim-of-another-store", "elsewhere")
        yield shop.auth(scope, "of-no-store")


def _is_somebodys(operation: Operation) -> bool:
    """Whether path, query or body name a thing or a store that has to be the caller's."""
    if str(operation) in ANYWHERE:
        return False
    named = {
        parameter["name"]
        for parameter in operation.parameters
        if parameter["in"] in {"path", "query"} and parameter["required"]
    }
    in_body = operation.resolved(operation.body or {}).get("properties", {}).keys()
    return bool((named | in_body) & OWNED)


def _is_refusal(answer: httpx.Response, *statuses: int) -> bool:
    problem = answer.headers.get("content-type") == "application/problem+json"
    return problem and answer.status_code in statuses and answer.json()["status"] == answer.status_code


def _bearer(token: str) -> Headers:
    return {"Authorization": f"Bearer {token}"}

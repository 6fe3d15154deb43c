"""Which tokens are believed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import orjson
import pytest
from cryptography.hazmat.primitives import serialization
from jwt.utils import base64url_encode

from lintel_chassis.auth.bearer import Authenticator
from lintel_chassis.auth.caller import Caller
from lintel_chassis.clock import utc_now
from lintel_chassis.problems import Problem
from lintel_chassis.settings import TrustedIssuer
from lintel_chassis.testing import Issuer


@pytest.fixture
def issuer(tmp_path: Path) -> Issuer:
    return Issuer(tmp_path)


@pytest.fixture
def authenticator(issuer: Issuer) -> Authenticator:
    return Authenticator([issuer.trusted()], "lintel", utc_now)


async def refusal(authenticator: Authenticator, token: str) -> Problem:
    with pytest.raises(Problem) as caught:
        await authenticator.caller(f"Bearer {token}".encode())
    return caught.value


async def test_a_good_token_names_its_caller(authenticator: Authenticator, issuer: Issuer) -> None:
    token = issuer.token("till-1", "pos associate", store_codes=["S1"])
    caller = await authenticator.caller(f"Bearer {token}".encode())
    assert (caller.subject, sorted(caller.scopes), sorted(caller.store_codes)) == (
        "till-1",
        ["associate", "pos"],
        ["S1"],
    )


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": None},
        {"exp": datetime(2026, 1, 1, tzinfo=UTC)},
        {"aud": "another"},
        {"aud": None},
        {"sub": None},
        {"iss": "https://elsewhere.test"},
        {"nbf": datetime(2200, 1, 1, tzinfo=UTC)},
        {"scope": ["shopper"]},
        {"store_codes": "S1"},
    ],
    ids=str,
)
async def test_a_token_that_claims_too_little_or_wrong_is_refused(
    authenticator: Authenticator, issuer: Issuer, claims: dict[str, Any]
) -> None:
    assert (await refusal(authenticator, issuer.token(**claims))).slug == "unauthenticated"


async def test_a_token_without_signature_is_refused(authenticator: Authenticator, issuer: Issuer) -> None:
    claims = jwt.decode(issuer.token(), options={"verify_signature": False})
    unsigned = jwt.encode(claims, "", "none", {"kid": issuer.kid})
    assert (await refusal(authenticator, unsigned)).slug == "unauthenticated"


async def test_the_public_key_is_no_shared_secret(authenticator: Authenticator, issuer: Issuer) -> None:
    """HS256 with the public key as secret is the oldest forgery."""
    pem = issuer.key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    claims = issuer.token().split(".")[1].encode()
    header = base64url_encode(orjson.dumps({"alg": "HS256", "typ": "JWT", "kid": issuer.kid}))
    signed = header + b"." + claims
    signature = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256).sign(signed, pem)
    forged = (signed + b"." + base64url_encode(signature)).decode()
    assert "algorithm" in (await refusal(authenticator, forged)).detail


async def test_a_tampered_or_unreadable_token_is_refused(authenticator: Authenticator, issuer: Issuer) -> None:
    for token in (issuer.token()[:-4] + "AAAA", "a.b.c", "", "\xff"):
        assert (await refusal(authenticator, token)).slug == "unauthenticated"


async def test_a_verified_token_is_believed_for_five_minutes_and_not_beyond_its_end(issuer: Issuer) -> None:
    """Verifying costs more than the query that follows; but an end is an end."""
    start, passed, past_its_end = utc_now(), 0, utc_now() - timedelta(minutes=1)
    authenticator = Authenticator([issuer.trusted()], "lintel", lambda: start + timedelta(seconds=passed))
    lasting = f"Bearer {issuer.token()}".encode()
    short = f"Bearer {issuer.token(exp=start + timedelta(seconds=200))}".encode()
    first = [await authenticator.caller(header) for header in (lasting, short)]
    passed = 199
    assert [await authenticator.caller(header) for header in (lasting, short)] == first
    assert await authenticator.caller(short) is first[1]
    passed = 201
    assert await authenticator.caller(lasting) is first[0]
    assert await authenticator.caller(short) is not first[1]
    passed = 301
    assert await authenticator.caller(lasting) is not first[0]
    assert (await refusal(authenticator, issuer.token(exp=past_its_end))).slug == "unauthenticated"


class Keys:
    """An issuer's address that can go away and come back."""

    def __init__(self, *issuers: Issuer) -> None:
        self.issuers = list(issuers)
        self.asked = 0
        self.away = False

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        self.asked += 1
        body = orjson.dumps({"keys": [key for issuer in self.issuers for key in issuer.jwks()["keys"]]})
        status = b"503 Away" if self.away else b"200 OK"
        writer.write(b"HTTP/1.1 %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (status, len(body), body))
        await writer.drain()
        writer.close()


@asynccontextmanager
async def published(keys: Keys) -> AsyncIterator[TrustedIssuer]:
    server = await asyncio.start_server(keys.answer, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        yield TrustedIssuer(issuer=keys.issuers[0].name, jwks_url=f"http://127.0.0.1:{port}/jwks.json")


async def test_an_unknown_key_is_looked_up_again_but_not_at_every_request(issuer: Issuer, tmp_path: Path) -> None:
    """Issuers rotate their keys; a stranger with random key ids must not make us ask each time."""
    keys = Keys(issuer)
    async with published(keys) as trusted:
        authenticator = Authenticator([trusted], "lintel", utc_now)
        for _ in range(3):
            await authenticator.caller(f"Bearer {issuer.token()}".encode())
        stranger = Issuer(tmp_path, kid="unknown")
        for _ in range(5):
            assert (await refusal(authenticator, stranger.token())).slug == "unauthenticated"
    assert keys.asked == 1


async def test_known_keys_outlive_their_issuers_absence(issuer: Issuer) -> None:
    keys = Keys(issuer)
    async with published(keys) as trusted:
        authenticator = Authenticator([trusted], "lintel", utc_now)
        await authenticator.caller(f"Bearer {issuer.token()}".encode())
        keys.away = True
        assert (await authenticator.caller(f"Bearer {issuer.token('another')}".encode())).subject == "another"


async def test_a_withdrawn_key_is_soon_trusted_no_more(
    issuer: Issuer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever stole it has minutes, not until the next restart; an issuer that is away withdraws nothing."""
    start, passed = utc_now(), 0.0
    monkeypatch.setattr("lintel_chassis.auth.jwks.monotonic", lambda: 1000 + passed)
    keys, token = Keys(issuer), issuer.token()
    async with published(keys) as trusted:
        authenticator = Authenticator([trusted], "lintel", lambda: start + timedelta(seconds=passed))
        await authenticator.caller(f"Bearer {token}".encode())
        keys.issuers, keys.away, passed = [Issuer(tmp_path, kid="new")], True, 301
        await authenticator.caller(f"Bearer {token}".encode())
        keys.away, passed = False, 602
        assert (await refusal(authenticator, token)).slug == "unauthenticated"


async def test_while_the_issuer_is_away_an_unknown_key_is_nobodys_fault(issuer: Issuer) -> None:
    keys = Keys(issuer)
    keys.away = True
    async with published(keys) as trusted:
        problem = await refusal(Authenticator([trusted], "lintel", utc_now), issuer.token())
    assert problem.slug == "issuer_unavailable"
    assert problem.headers == {"Retry-After": "5"}


@pytest.mark.parametrize(
    ("scopes", "acts", "owns"),
    [({"associate"}, True, False), ({"care"}, True, False), ({"ops"}, True, True), ({"shopper"}, False, False)],
    ids=str,
)
def test_what_a_scope_reaches(scopes: set[str], *, acts: bool, owns: bool) -> None:
    stores = frozenset({"S1"} if "associate" in scopes else ())
    caller = Caller("ada", frozenset(scopes), stores)
    assert caller.may_act_at("S1") is acts
    assert caller.owns("bob") is owns
    assert not Caller("ada", frozenset({"associate"}), stores).may_act_at("S2")


async def test_an_issuer_grants_no_more_than_it_may(issuer: Issuer) -> None:
    """Whoever holds the key for guests' sessions must not be able to make itself an operator."""
    guests_only = issuer.trusted().model_copy(update={"scopes": frozenset({"guest"})})
    authenticator = Authenticator([guests_only], "lintel", utc_now)
    caller = await authenticator.caller(f"Bearer {issuer.token('visitor', 'guest ops')}".encode())
    assert caller.scopes == {"guest"}

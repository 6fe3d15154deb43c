"""The public keys of one issuer: read when first needed and every five minutes, kept while the issuer is away."""

import asyncio
from pathlib import Path
from time import monotonic
from typing import Any

import jwt
import orjson

from lintel_chassis.problems import Problem
from lintel_chassis.settings import TrustedIssuer

_AT_MOST_EVERY_S = 10.0
_AT_LEAST_EVERY_S = 300.0
_TIMEOUT_S = 2.0


class IssuerKeys:
    """`find` gives the key of an id. An unknown id makes it read the keys again, at most every ten seconds.

    What the issuer has withdrawn is trusted for five minutes more, or until the issuer can be asked again.
    """

    def __init__(self, issuer: TrustedIssuer) -> None:
        self._issuer = issuer
        self._keys: dict[str | None, jwt.PyJWK] = {}
        self._refreshed_at: float | None = None
        self._read_at = 0.0
        self._reachable = True
        self._refreshing = asyncio.Lock()

    async def find(self, kid: str | None) -> jwt.PyJWK | None:
        """None for an id the issuer does not know; raise Problem when it cannot be asked."""
        if kid not in self._keys or (self._is_old() and not self._refreshing.locked()):
            async with self._refreshing:
                if (kid not in self._keys or self._is_old()) and self._may_refresh():
                    await self._refresh()
        if kid not in self._keys and not self._reachable:
            raise Problem(
                "issuer_unavailable", "The token's issuer cannot be asked for its keys.", {"Retry-After": "5"}
            )
        return self._keys.get(kid)

    def _is_old(self) -> bool:
        return monotonic() - self._read_at >= _AT_LEAST_EVERY_S

    def _may_refresh(self) -> bool:
        return self._refreshed_at is None or monotonic() - self._refreshed_at >= _AT_MOST_EVERY_S

    async def _refresh(self) -> None:
        self._refreshed_at = monotonic()
        try:
            found = await _load(self._issuer)
            self._keys = {key.key_id: key for key in jwt.PyJWKSet.from_dict(found).keys}
            self._read_at, self._reachable = monotonic(), True
        except (OSError, ValueError, jwt.PyJWTError):
            self._reachable = False


async def _load(issuer: TrustedIssuer) -> dict[str, Any]:
    if issuer.jwks_file is not None:
        return _parsed(_read(issuer.jwks_file))
    return _parsed(await _fetch(str(issuer.jwks_url)))


def _read(path: Path) -> bytes:
    return path.read_bytes()


async def _fetch(url: str) -> bytes:
    import httpx  # noqa: PLC0415 - 2 MiB that a process needs only once it meets a token of such an issuer

    try:
        async with httpx.AsyncClient(timeout=_TIMEOUT_S) as client:
            return (await client.get(url)).raise_for_status().content
    except httpx.HTTPError as error:
        raise ConnectionError("the issuer does not give its keys") from error


def _parsed(content: bytes) -> dict[str, Any]:
    document = orjson.loads(content)
    if not isinstance(document, dict):
        raise ValueError("a JWKS is an object")  # noqa: TRY004 - one kind of error for one caller
    return document

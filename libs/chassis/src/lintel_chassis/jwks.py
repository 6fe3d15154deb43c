"""The public keys of one issuer: read when first needed, kept while the issuer is away."""

import asyncio
from pathlib import Path
from time import monotonic
from typing import Any

import httpx
import jwt
import orjson

from lintel_chassis.problems import Problem
from lintel_chassis.settings import TrustedIssuer

_AT_MOST_EVERY_S = 10.0
_TIMEOUT_S = 2.0


class IssuerKeys:
    """`find` gives the key of an id. An id not seen yet makes it look again, at most every ten seconds."""

    def __init__(self, issuer: TrustedIssuer) -> None:
        self._issuer = issuer
        self._keys: dict[str | None, jwt.PyJWK] = {}
        self._looked_at: float | None = None
        self._reachable = True
        self._looking = asyncio.Lock()

    async def find(self, kid: str | None) -> jwt.PyJWK | None:
        """None for an id the issuer does not know; raise Problem when it cannot be asked."""
        if kid not in self._keys:
            async with self._looking:
                if kid not in self._keys and self._may_look():
                    await self._look()
        if kid not in self._keys and not self._reachable:
            raise Problem(
                "issuer_unavailable", "The token's issuer cannot be asked for its keys.", {"Retry-After": "5"}
            )
        return self._keys.get(kid)

    def _may_look(self) -> bool:
        return self._looked_at is None or monotonic() - self._looked_at >= _AT_MOST_EVERY_S

    async def _look(self) -> None:
        self._looked_at = monotonic()
        try:
            found = await _load(self._issuer)
            self._keys = {key.key_id: key for key in jwt.PyJWKSet.from_dict(found).keys}
            self._reachable = True
        except (httpx.HTTPError, OSError, ValueError, jwt.PyJWTError):
            self._reachable = False


async def _load(issuer: TrustedIssuer) -> dict[str, Any]:
    if issuer.jwks_file is not None:
        return _parsed(_read(issuer.jwks_file))
    async with httpx.AsyncClient(timeout=_TIMEOUT_S) as client:
        answer = await client.get(str(issuer.jwks_url))
        return _parsed(answer.raise_for_status().content)


def _read(path: Path) -> bytes:
    return path.read_bytes()


def _parsed(content: bytes) -> dict[str, Any]:
    document = orjson.loads(content)
    if not isinstance(document, dict):
        raise ValueError("a JWKS is an object")  # noqa: TRY004 - one kind of error for one caller
    return document

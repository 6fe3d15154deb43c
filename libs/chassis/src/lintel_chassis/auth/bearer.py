"""Bearer tokens: OAuth 2 / OIDC JWTs of the trusted issuers, verified once and remembered for five minutes."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import jwt

from lintel_chassis.auth.caller import Caller
from lintel_chassis.auth.jwks import IssuerKeys
from lintel_chassis.clock import Clock
from lintel_chassis.problems import Problem
from lintel_chassis.settings import TrustedIssuer

_ALGORITHMS = ["RS256", "ES256"]
_REQUIRED = ["exp", "iss", "aud", "sub"]
_LEEWAY_S = 5
_REMEMBERED = 4_096
_REMEMBERED_S = 300.0
"""No longer, since the issuer may withdraw its key."""
_CHALLENGE = {"WWW-Authenticate": "Bearer"}


class Authenticator:
    """Turns an Authorization header into a Caller."""

    def __init__(self, issuers: Iterable[TrustedIssuer], audience: str, clock: Clock) -> None:
        trusted = list(issuers)
        self._keys = {issuer.issuer: IssuerKeys(issuer) for issuer in trusted}
        self._grantable = {issuer.issuer: issuer.scopes for issuer in trusted}
        self._audience = audience
        self._clock = clock
        self._verified: dict[bytes, tuple[float, Caller]] = {}

    async def caller(self, authorization: bytes | None) -> Caller:
        """Raise Problem: unauthenticated (401), or issuer_unavailable (503)."""
        if authorization is None or authorization[:7].lower() != b"bearer ":
            raise unauthenticated("A bearer token is required.")
        token = authorization[7:].strip()
        remembered = self._verified.get(token)
        if remembered and remembered[0] > self._clock().timestamp():
            return remembered[1]
        return await self._verify(token)

    async def _verify(self, token: bytes) -> Caller:
        self._verified.pop(token, None)
        try:
            claims = await self._claims(token)
            caller = self._limited(Caller.from_claims(claims), claims["iss"])
        except (jwt.PyJWTError, ValueError) as error:
            raise unauthenticated(f"The token is not accepted: {_reason(error)}.") from error
        if len(self._verified) >= _REMEMBERED:
            del self._verified[next(iter(self._verified))]
        until = self._clock().timestamp() + _REMEMBERED_S
        self._verified[token] = (min(float(claims["exp"]), until), caller)
        return caller

    def _limited(self, caller: Caller, issuer: str) -> Caller:
        """Without the scopes that this issuer may not grant."""
        grantable = self._grantable[issuer]
        return caller if grantable is None else replace(caller, scopes=caller.scopes & grantable)

    async def _claims(self, token: bytes) -> dict[str, Any]:
        unverified = jwt.decode_complete(token, options={"verify_signature": False})
        header, issuer = unverified["header"], unverified["payload"].get("iss")
        if header.get("alg") not in _ALGORITHMS:
            raise jwt.InvalidAlgorithmError("algorithm")
        keys = self._keys.get(issuer) if isinstance(issuer, str) else None
        key = await keys.find(header.get("kid")) if keys else None
        if key is None:
            raise jwt.InvalidKeyError("key")
        return jwt.decode(
            token,
            key,
            algorithms=_ALGORITHMS,
            audience=self._audience,
            issuer=issuer,
            leeway=_LEEWAY_S,
            options={"require": _REQUIRED},
        )


def unauthenticated(detail: str) -> Problem:
    return Problem("unauthenticated", detail, _CHALLENGE)


_REASONS: tuple[tuple[type[Exception], str], ...] = (
    (jwt.ExpiredSignatureError, "it has expired"),
    (jwt.ImmatureSignatureError, "it is not valid yet"),
    (jwt.InvalidAudienceError, "it is meant for another audience"),
    (jwt.MissingRequiredClaimError, "a required claim is missing"),
    (jwt.InvalidKeyError, "its issuer or key is not known"),
    (jwt.InvalidAlgorithmError, "its algorithm is not allowed"),
)


def _reason(error: Exception) -> str:
    return next((reason for kind, reason in _REASONS if isinstance(error, kind)), "it is malformed or forged")

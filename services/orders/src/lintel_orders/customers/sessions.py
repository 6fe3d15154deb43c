"""Guest sessions: a signed token that every service accepts, and the key that proves it."""

from datetime import datetime, timedelta
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from jwt.algorithms import ECAlgorithm
from pydantic import SecretStr

from lintel_chassis.ids import new_id
from lintel_orders.customers.schemas import SessionView

_ALGORITHM = "ES256"
_LIFETIME = timedelta(days=30)


class Sessions:
    """Issues sessions. Raises ValueError when the key is not an elliptic-curve one."""

    def __init__(self, key: SecretStr, issuer: str, audience: str) -> None:
        self._key = key.get_secret_value().encode()
        self._issuer = issuer
        self._audience = audience
        public = load_pem_private_key(self._key, None).public_key()
        if not isinstance(public, EllipticCurvePublicKey):
            raise ValueError("the guest key is not an EC key")  # noqa: TRY004 - a setting's value is wrong
        public_key: dict[str, Any] = ECAlgorithm.to_jwk(public, as_dict=True)
        self._kid = str(public_key["x"])[:16]
        self.jwks = {"keys": [{**public_key, "kid": self._kid, "use": "sig", "alg": _ALGORITHM}]}
        """What `/.well-known/jwks.json` shows."""

    def begin(self, at: datetime) -> SessionView:
        """A visitor nobody has met before."""
        visitor_id, expires_at = f"v_{new_id()}", at + _LIFETIME
        claims = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": visitor_id,
            "scope": "guest",
            "iat": int(at.timestamp()),
            "exp": int(expires_at.timestamp()),
        }
        token = jwt.encode(claims, self._key, _ALGORITHM, headers={"kid": self._kid})
        return SessionView(token=token, visitor_id=visitor_id, expires_at=expires_at)

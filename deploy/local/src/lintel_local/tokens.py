"""An issuer of access tokens for one machine, in the place of the retailer's identity provider."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from jwt.algorithms import ECAlgorithm

from lintel_local.secrets import es256_key, load_or_create

ISSUER = "lintel-local"
AUDIENCE = "lintel"
ROLES = ("shopper", "associate", "pos", "care", "merchandiser", "ops")
TTL = timedelta(hours=12)


class Issuer:
    """Signs with the key in `directory`, made on first use; services trust it by the file `jwks`."""

    def __init__(self, directory: Path) -> None:
        key = load_pem_private_key(load_or_create(directory / "key.pem", es256_key).encode(), password=None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)  # noqa: S101 - our own file
        self._key = key
        public = ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
        self._kid = str(public["x"])[:16]
        self.jwks = directory.resolve() / "jwks.json"
        published = json.dumps({"keys": [{**public, "kid": self._kid, "alg": "ES256", "use": "sig"}]})
        if not self.jwks.exists() or self.jwks.read_text() != published:  # a service may be reading it
            self.jwks.write_text(published)

    def token(
        self,
        role: str,
        sub: str,
        stores: Iterable[str] = (),
        ttl: timedelta = TTL,
        at: datetime | None = None,
    ) -> str:
        """A bearer token; `role` becomes its scope (several: space-separated), `stores` its `store_codes`."""
        issued = at or datetime.now(UTC)
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": sub,
            "scope": role,
            "store_codes": list(stores),
            "iat": issued,
            "exp": issued + ttl,
        }
        return jwt.encode(claims, self._key, algorithm="ES256", headers={"kid": self._kid})

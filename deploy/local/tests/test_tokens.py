"""The local issuer stands in for the retailer's identity provider."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import jwt
import pytest

from lintel_local.tokens import Issuer

REQUIRED = ["exp", "iss", "aud", "sub"]


def verified(token: str, jwks: Path) -> dict[str, object]:
    kid = jwt.get_unverified_header(token)["kid"]
    key = jwt.PyJWKSet.from_json(jwks.read_text())[kid]
    claims: dict[str, object] = jwt.decode(
        token, key, algorithms=["ES256"], audience="lintel", issuer="lintel-local", options={"require": REQUIRED}
    )
    return claims


def test_a_token_verifies_against_the_published_keys_and_carries_scope_and_stores(tmp_path: Path) -> None:
    """Services know an associate and the stores by these two claims."""
    issuer = Issuer(tmp_path)
    claims = verified(issuer.token("associate", "ann", ["S1", "S2"]), issuer.jwks)
    assert (claims["sub"], claims["scope"], claims["store_codes"]) == ("ann", "associate", ["S1", "S2"])


def test_tokens_survive_a_restart(tmp_path: Path) -> None:
    """The key is made once."""
    token = Issuer(tmp_path).token("shopper", "ann")
    assert verified(token, Issuer(tmp_path).jwks)["sub"] == "ann"


def test_a_token_ends(tmp_path: Path) -> None:
    """Tests of expiry need tokens that are already old."""
    issuer = Issuer(tmp_path)
    old = issuer.token("ops", "olga", ttl=timedelta(minutes=5), at=datetime.now(UTC) - timedelta(hours=1))
    with pytest.raises(jwt.ExpiredSignatureError):
        verified(old, issuer.jwks)


def test_the_private_key_is_for_its_owner_only_and_not_among_the_published(tmp_path: Path) -> None:
    """Whoever reads it can be anybody."""
    issuer = Issuer(tmp_path)
    assert (tmp_path / "key.pem").stat().st_mode & 0o777 == 0o600
    assert '"d"' not in issuer.jwks.read_text()

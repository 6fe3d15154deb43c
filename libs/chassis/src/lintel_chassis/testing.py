"""For tests of services: an issuer of tokens, orders as others ask it, and an application in the test's event loop."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import jwt
import orjson
from cryptography.hazmat.primitives.asymmetric import ec
from fastapi import FastAPI

from lintel_chassis.runtime import Runtime
from lintel_chassis.settings import TrustedIssuer


@dataclass(frozen=True, slots=True)
class Issuer:
    """Signs tokens with a key of its own, whose public half lies in `directory`."""

    directory: Path
    name: str = "https://issuer.test"
    kid: str = "one"
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()), repr=False)

    def trusted(self) -> TrustedIssuer:
        """What goes into a service's settings."""
        path = self.directory / "jwks.json"
        path.write_bytes(orjson.dumps(self.jwks()))
        return TrustedIssuer(issuer=self.name, jwks_file=path)

    def jwks(self) -> dict[str, Any]:
        public = jwt.algorithms.ECAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {"keys": [{**public, "kid": self.kid, "alg": "ES256", "use": "sig"}]}

    def token(self, subject: str = "somebody", scope: str = "shopper", **claims: Any) -> str:
        """Valid for an hour; a claim given as None is left out."""
        now = datetime.now(UTC)
        standard = {"iss": self.name, "aud": "lintel", "sub": subject, "scope": scope, "exp": now + timedelta(hours=1)}
        stated = {name: value for name, value in {**standard, **claims}.items() if value is not None}
        return jwt.encode(stated, self.key, "ES256", {"kid": self.kid})

    def bearer(self, subject: str = "somebody", scope: str = "shopper", **claims: Any) -> dict[str, str]:
        """The request header."""
        return {"Authorization": f"Bearer {self.token(subject, scope, **claims)}"}


@asynccontextmanager
async def orders_that_knows_customers() -> AsyncIterator[str]:
    """The address of what answers services as orders does; everybody's pseudonym is their subject.

    Held to the real one by tests/security/test_erasure.py, whose shoppers are known through it.
    """
    server = await asyncio.start_server(_answer_by_subject, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def _answer_by_subject(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    request = (await reader.readuntil(b"\r\n\r\n")).decode()
    token = next(line.split()[-1] for line in request.splitlines() if line.lower().startswith("authorization:"))
    body = orjson.dumps({"pseudonym": jwt.decode(token, options={"verify_signature": False})["sub"]})
    head = f"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {len(body)}\r\n\r\n"
    writer.write(head.encode() + body)
    writer.close()
    await writer.wait_closed()


@asynccontextmanager
async def running(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the application, once its database was reached; ends it afterwards."""
    async with app.router.lifespan_context(app):
        runtime: Runtime = app.state.runtime
        await runtime.opened()
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://service.test") as client:
            yield client

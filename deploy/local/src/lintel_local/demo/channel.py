"""How the demo speaks to Lintel: HTTP through the front door, with a token, as a shop's channels do."""

import asyncio
from collections.abc import Iterable
from typing import Any, Self
from uuid import uuid4

import httpx

from lintel_local.errors import LocalError
from lintel_local.tokens import Issuer

_TRIES = 20
_BUSY = (429, 503)


class Refused(LocalError):  # noqa: N818 - an answer, not a fault
    """An answer other than 2xx; `status` and `problem` say which."""

    def __init__(self, reply: httpx.Response) -> None:
        self.status = reply.status_code
        self.problem: dict[str, Any] = _json(reply)
        asked = f"{reply.request.method} {reply.request.url.path}"
        said = self.problem.get("detail") or self.problem.get("title") or reply.text[:200]
        super().__init__(f"{asked} answered {reply.status_code}: {said} {self.problem.get('errors', '')}".strip())

    @property
    def slug(self) -> str:
        """The rule that refused, as in /problems/<slug>."""
        return str(self.problem.get("type", "")).rpartition("/")[2]


class Channel:
    """Somebody with a token. Every method returns the answer's JSON, and raises Refused unless it is a 2xx.

    An answer that says "busy, come back" is obeyed: the same request again, with the same idempotency key.
    """

    def __init__(self, client: httpx.AsyncClient, token: str | None = None) -> None:
        self._client = client
        self._headers = {"authorization": f"Bearer {token}"} if token else {}

    async def get(self, path: str, **query: Any) -> Any:
        return await self._send("GET", path, {"params": query})

    async def put(self, path: str, body: Any) -> Any:
        return await self._send("PUT", path, {"json": body})

    async def post(self, path: str, body: Any, **headers: str) -> Any:
        """With an idempotency key of its own."""
        return await self._send("POST", path, {"json": body}, {"idempotency-key": str(uuid4()), **headers})

    async def _send(self, method: str, path: str, what: dict[str, Any], headers: dict[str, str] | None = None) -> Any:
        for tries_left in reversed(range(_TRIES)):
            reply = await self._client.request(method, path, headers={**self._headers, **(headers or {})}, **what)
            if reply.status_code not in _BUSY or not tries_left:
                break
            await asyncio.sleep(float(reply.headers.get("retry-after", "1")))
        if not reply.is_success:
            raise Refused(reply)
        return _json(reply)


class FrontDoor:
    """Hands out channels. An async context manager, which closes their connections."""

    def __init__(self, url: str, issuer: Issuer) -> None:
        self.url = url
        self._issuer = issuer
        self._client = httpx.AsyncClient(base_url=url, timeout=60, trust_env=False)

    def somebody(self, role: str, name: str, stores: Iterable[str] = ()) -> Channel:
        """A person or till with a token of the retailer's own issuer."""
        return Channel(self._client, self._issuer.token(role, name, stores))

    def anybody(self) -> Channel:
        """Without a token."""
        return Channel(self._client)

    async def visitor(self) -> Channel:
        """A web shopper nobody knows: a guest session."""
        session = await self.anybody().post("/v1/sessions", {})
        return Channel(self._client, session["token"])

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()


def _json(reply: httpx.Response) -> Any:
    return reply.json() if reply.content and "json" in reply.headers.get("content-type", "") else {}

"""How the demo speaks to Lintel: HTTP through the front door, with a token, as any frontend does."""

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


class Client:
    """Somebody with a token. Every method returns the answer's JSON, and raises Refused unless it is a 2xx.

    An answer that says "busy, come back" is obeyed: the same request again, with the same idempotency key.
    """

    def __init__(self, http: httpx.AsyncClient, token: str | None = None) -> None:
        self._http = http
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
            reply = await self._http.request(method, path, headers={**self._headers, **(headers or {})}, **what)
            if reply.status_code not in _BUSY or not tries_left:
                break
            await asyncio.sleep(float(reply.headers.get("retry-after", "1")))
        if not reply.is_success:
            raise Refused(reply)
        return _json(reply)


class FrontDoor:
    """Hands out clients. An async context manager, which closes their connections."""

    def __init__(self, url: str, issuer: Issuer) -> None:
        self.url = url
        self._issuer = issuer
        self._http = httpx.AsyncClient(base_url=url, timeout=60, trust_env=False)

    def client(self, role: str, name: str, stores: Iterable[str] = ()) -> Client:
        """A person or till with a token of the retailer's own issuer."""
        return Client(self._http, self._issuer.token(role, name, stores))

    def anonymous(self) -> Client:
        """Without a token."""
        return Client(self._http)

    async def visitor(self) -> Client:
        """A web shopper nobody knows: a guest session."""
        session = await self.anonymous().post("/v1/sessions", {})
        return Client(self._http, session["token"])

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()


def _json(reply: httpx.Response) -> Any:
    return reply.json() if reply.content and "json" in reply.headers.get("content-type", "") else {}

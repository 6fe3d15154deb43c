"""What orders calls a customer: asked for with the customer's own token, and remembered for a minute."""

from __future__ import annotations

from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING, Self

from lintel_chassis.problems import Problem

if TYPE_CHECKING:
    import httpx

PATH = "/v1/customers/me"
_TIMEOUT_S = 2.0
_REMEMBERED_S = 60.0
"""So long at most a customer who was forgotten, and came back as somebody new, is still taken for the old one."""
_REMEMBERED = 4_096


class Pseudonyms:
    """`async with`: it keeps connections to orders open."""

    def __init__(self, orders_url: str) -> None:
        self._orders_url = orders_url
        self._client: httpx.AsyncClient | None = None
        self._known: dict[str, tuple[float, str]] = {}

    async def of(self, subject: str, authorization: bytes) -> str:
        """Orders makes one for whom it meets for the first time. Raise Problem when it cannot be asked."""
        known = self._known.get(subject)
        if known and known[0] > monotonic():
            return known[1]
        self._known.pop(subject, None)
        pseudonym = await self._asked(authorization)
        if len(self._known) >= _REMEMBERED:
            del self._known[next(iter(self._known))]
        self._known[subject] = (monotonic() + _REMEMBERED_S, pseudonym)
        return pseudonym

    async def _asked(self, authorization: bytes) -> str:
        import httpx  # noqa: PLC0415 - 2 MiB that a process needs only once it meets a customer

        if self._client is None:
            self._client = httpx.AsyncClient(base_url=self._orders_url, timeout=_TIMEOUT_S)
        try:
            answer = await self._client.put(PATH, headers={b"authorization": authorization})
            return str(answer.raise_for_status().json()["pseudonym"])
        except (httpx.HTTPError, ValueError, KeyError) as error:
            raise Problem(
                "pseudonym_unavailable", "Orders cannot be asked who you are.", {"Retry-After": "5"}
            ) from error

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._client is not None:
            await self._client.aclose()

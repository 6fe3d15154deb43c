"""One request on its way through: what its headers say, who calls, and its unit of work."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextvars import ContextVar
from typing import Any, cast
from urllib.parse import quote

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope

from lintel_chassis.auth.caller import Caller
from lintel_chassis.ids import new_id
from lintel_chassis.problems import TOO_LARGE, Problem
from lintel_contracts.values import Channel
from lintel_events.log.context import Context
from lintel_events.outbox.unit_of_work import UnitOfWork

DEFAULT_MAX_BODY = 1_048_576
_SCOPE_KEY = "lintel"
_LONGEST_LABEL = 128
_CHANNELS = frozenset(Channel)
_TRACEPARENT_LENGTH = 55


class RequestContext:
    """Made once a request by the telemetry layer, reached through `request_context`."""

    __slots__ = ("afterwards", "caller", "correlation_id", "headers", "traceparent", "unit")

    def __init__(self, scope: Scope) -> None:
        self.headers: dict[bytes, bytes] = dict(scope["headers"])
        self.correlation_id = self._label(b"x-request-id") or new_id()
        self.traceparent = self._traceparent()
        self.caller: Caller | None = None
        self.unit: UnitOfWork | None = None
        self.afterwards: Callable[[], Awaitable[Response | None]] | None = None
        scope[_SCOPE_KEY] = self

    def header(self, name: bytes) -> str | None:
        value = self.headers.get(name)
        return value.decode("latin-1") if value is not None else None

    def context(self) -> Context:
        """What this request's events will say of their origin. Raise Problem for labels nobody could read later."""
        channel = self.header(b"lintel-channel")
        if channel is not None and channel not in _CHANNELS:
            raise Problem("invalid_header", f"Lintel-Channel is one of {', '.join(Channel)}.")
        return Context(
            correlation_id=self.correlation_id,
            channel=channel,
            touchpoint=self._required_label(b"lintel-touchpoint"),
            journey_id=self._required_label(b"lintel-journey-id"),
            actor=self.caller.actor if self.caller else None,
            traceparent=self.traceparent,
            tracestate=self.header(b"tracestate") if self.traceparent else None,
        )

    def _label(self, name: bytes) -> str | None:
        value = self.headers.get(name)
        if not value or len(value) > _LONGEST_LABEL:
            return None
        text = value.decode("latin-1")
        return text if text.isascii() and text.isprintable() else None

    def _required_label(self, name: bytes) -> str | None:
        if name not in self.headers:
            return None
        label = self._label(name)
        if label is None:
            raise Problem("invalid_header", f"{name.decode().title()} is 1 to {_LONGEST_LABEL} printable characters.")
        return label

    def _traceparent(self) -> str | None:
        value = self.headers.get(b"traceparent")
        if value is None or len(value) != _TRACEPARENT_LENGTH or value.count(b"-") != 3:  # noqa: PLR2004 - W3C's form
            return None
        return value.decode("latin-1")


def reference(scope: Scope) -> str:
    """The path that was asked for, percent-encoded: a URI reference, as a problem's `instance` is."""
    return quote(scope["path"], safe="/:@!$&'()*+,;=~")


CURRENT: ContextVar[RequestContext | None] = ContextVar("current_request", default=None)
"""What the log lines of this task belong to; None outside of a request."""


def request_context(request: Request) -> RequestContext:
    return cast("RequestContext", request.scope[_SCOPE_KEY])


class CappedRequest(Request):
    """A request whose body may not exceed a limit and whose JSON is strict (no NaN, no infinities)."""

    def __init__(self, scope: Scope, receive: Receive, max_body: int) -> None:
        super().__init__(scope, receive)
        self._max_body = max_body

    async def stream(self) -> AsyncIterator[bytes]:  # type: ignore[override]  # the base is an async generator too
        """Raise HTTPException, since FastAPI lets no other through, as soon as the limit is passed.

        A body whose declared length passes it is not read at all.
        """
        self._check(int(request_context(self).headers.get(b"content-length") or 0))
        total = 0
        async for chunk in super().stream():
            total += len(chunk)
            self._check(total)
            yield chunk

    async def json(self) -> Any:
        if not hasattr(self, "_json"):
            self._json = orjson.loads(await self.body())
        return self._json

    def _check(self, size: int) -> None:
        if size > self._max_body:
            raise HTTPException(TOO_LARGE, f"At most {self._max_body} bytes are accepted here.")

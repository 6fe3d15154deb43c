"""The one layer around every request: its current, trace, time, log line, and the response to what nobody caught.

Changes and failures are logged at INFO and above, successful reads at DEBUG. A line names the route's template,
never the path, the query or the body: positions and personal data travel there.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any

import structlog
from opentelemetry import propagate, trace
from prometheus_client import Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lintel_chassis.http.body import RequestBody
from lintel_chassis.http.request import CURRENT, RequestContext
from lintel_chassis.metrics import REQUESTS
from lintel_chassis.problems import Problems, is_defect
from lintel_events.tracing import is_tracing

_log = structlog.get_logger("lintel.access")

_SERVER_ERROR = 500
_CLIENT_ERROR = 400
_PROBES = frozenset({"/livez", "/readyz", "/metrics"})
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_UNMATCHED = "unmatched"


class Telemetry:
    """Pure ASGI. Without an OpenTelemetry SDK spans cost nothing, and `traceparent` is passed on as it came."""

    def __init__(self, app: ASGIApp, problems: Problems) -> None:
        self._app = app
        self._problems = problems
        self._tracing = is_tracing()
        self._timers: dict[tuple[str, str, int], Histogram] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        current = RequestContext(scope)
        token = CURRENT.set(current)
        try:
            if self._tracing:
                with _span(scope, current):
                    await self._observed(scope, receive, send, current)
            else:
                await self._observed(scope, receive, send, current)
        finally:
            CURRENT.reset(token)

    async def _observed(self, scope: Scope, receive: Receive, send: Send, current: RequestContext) -> None:
        arrived = perf_counter()
        body = RequestBody(receive, current.headers)
        status = 0

        async def observing(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"].append((b"x-request-id", current.correlation_id.encode()))
                self._count(scope, status, perf_counter() - arrived)
                if status >= _CLIENT_ERROR:
                    await body.drain()
            await send(message)

        try:
            await self._app(scope, body, observing)
        except Exception as error:
            if is_defect(error):
                _log.exception("request failed", route=_route(scope), method=scope["method"])
            if status:
                raise
            response = self._problems.response(error, instance=f"/requests/{current.correlation_id}")
            await response(scope, body, observing)

    def _count(self, scope: Scope, status: int, seconds: float) -> None:
        if scope["path"] in _PROBES:
            return
        method, route = scope["method"], _route(scope)
        timer = self._timers.get((method, route, status))
        if timer is None:
            timer = self._timers[method, route, status] = REQUESTS.labels(method, route, str(status))
        timer.observe(seconds)
        if status >= _SERVER_ERROR:
            _log.warning("answered", method=method, route=route, status=status, ms=round(seconds * 1000, 1))
        elif status >= _CLIENT_ERROR:
            _log.info("answered", method=method, route=route, status=status, ms=round(seconds * 1000, 1))
        else:
            _log.debug("answered", method=method, route=route, status=status, ms=round(seconds * 1000, 1))


def _route(scope: Scope) -> str:
    route = scope.get("route")
    return str(getattr(route, "path_format", None) or getattr(route, "path", _UNMATCHED))


@contextmanager
def _span(scope: Scope, current: RequestContext) -> Iterator[None]:
    carrier = {name.decode(): value.decode("latin-1") for name, value in current.headers.items()}
    tracer = trace.get_tracer("lintel_chassis")
    with tracer.start_as_current_span(
        scope["method"], context=propagate.extract(carrier), kind=trace.SpanKind.SERVER
    ) as span:
        outgoing: dict[str, Any] = {}
        propagate.inject(outgoing)
        current.traceparent = outgoing.get("traceparent", current.traceparent)
        yield
        span.update_name(f"{scope['method']} {_route(scope)}")
        span.set_attribute("http.route", _route(scope))

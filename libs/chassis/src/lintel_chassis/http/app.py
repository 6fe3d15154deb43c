"""The application: routes, layers and life cycle around what a service brings."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from enum import StrEnum
from functools import partial
from typing import TypeVar

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.cors import CORSMiddleware
from fastapi.telemetry import TelemetryConfig
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from lintel_chassis.clock import Clock, utc_now
from lintel_chassis.http import health
from lintel_chassis.http.openapi import DocumentedApp, api_page
from lintel_chassis.http.problem_pages import problem_page
from lintel_chassis.http.request import reference
from lintel_chassis.http.telemetry import Telemetry
from lintel_chassis.problems import Problem, Problems
from lintel_chassis.runtime import Runtime
from lintel_chassis.service import Service
from lintel_chassis.settings import ServiceSettings
from lintel_chassis.worker.gauges import gauges
from lintel_chassis.worker.retention import retention
from lintel_chassis.worker.supervisor import Worker, WorkerContext
from lintel_contracts.errors import DomainError
from lintel_events.database import Pool
from lintel_events.outbox.outbox import Outbox
from lintel_events.outbox.relay import Relay
from lintel_events.outbox.signal import Signal
from lintel_events.outbox.unit_of_work import UnitFactory

S = TypeVar("S", bound=ServiceSettings)

_EXPOSED = ["ETag", "Idempotency-Replayed", "Location", "Retry-After", "X-Request-Id"]


_OWN_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False}
"""The framework's own would put query strings into spans, and doubles our layer."""


class Role(StrEnum):
    """What a process does; by default all of it in one event loop."""

    ALL = "all"
    SERVE = "serve"
    WORKER = "worker"


def create_app(service: Service[S], settings: S, role: Role = Role.ALL, clock: Clock = utc_now) -> FastAPI:
    """The service as ASGI application; its lifespan starts and ends everything else (`app.state.runtime`)."""
    problems = Problems(service.problems)
    app = documented_app(service, problems, with_routes=role is not Role.WORKER)
    app.state.runtime = Runtime(settings, f"/{service.name}", problems, clock)
    app.router.lifespan_context = partial(_lifespan, service=service, settings=settings, role=role)
    _add_handlers(app, problems)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=["*"],
            allow_headers=["*"],
            expose_headers=_EXPOSED,
        )
    app.add_middleware(Telemetry, problems=problems)
    return app


def documented_app(service: Service[S], problems: Problems, *, with_routes: bool = True) -> FastAPI:
    """The routes alone, for their OpenAPI document: no settings, no life cycle."""
    app = DocumentedApp(
        title=f"Lintel {service.title}",
        version="1",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry=_OWN_TELEMETRY,
    )
    if with_routes:
        for router in service.routers:
            app.router.routes.extend(router.routes)
    app.router.routes += [
        Route("/docs", api_page, include_in_schema=False),
        Route("/livez", health.livez, include_in_schema=False),
        Route("/readyz", health.readyz, include_in_schema=False),
        Route("/metrics", health.metrics, include_in_schema=False),
        Route("/problems/{slug}", partial(problem_page, problems), include_in_schema=False),
    ]
    return app


def _add_handlers(app: FastAPI, problems: Problems) -> None:
    """For refusals. What else goes wrong is answered by the telemetry layer, which logs it."""

    async def refuse(request: Request, error: Exception) -> Response:
        return problems.response(error, instance=reference(request.scope))

    for kind in (DomainError, Problem, HTTPException, RequestValidationError):
        app.add_exception_handler(kind, refuse)


@asynccontextmanager
async def _lifespan(app: FastAPI, *, service: Service[S], settings: S, role: Role) -> AsyncIterator[None]:
    runtime: Runtime = app.state.runtime

    def build_workers(pool: Pool, units: UnitFactory, outbox: Outbox, committed: Signal) -> Mapping[str, Worker]:
        context = WorkerContext(settings, pool, units, outbox, committed, runtime.clock, app)
        relay = Relay(
            dsn=settings.database_url.get_secret_value(),
            bootstrap=settings.kafka,
            service=service.name,
            committed=committed,
        )
        common: dict[str, Worker] = {
            "relay": relay,
            "retention": retention(pool),
            "gauges": gauges(pool, service.gauges),
        }
        return {**common, **service.workers(context)}

    async with AsyncExitStack() as stack:
        if service.pseudonyms is not None:
            runtime.pseudonyms = await stack.enter_async_context(service.pseudonyms(settings))
        if service.lifespan is not None:
            await stack.enter_async_context(service.lifespan(app, settings))
        stack.push_async_callback(runtime.stop)
        await runtime.start(None if role is Role.SERVE else build_workers)
        yield

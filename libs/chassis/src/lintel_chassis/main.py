"""The command line behind `python -m lintel_<service> [serve|worker|migrate|restore]`; without a word: both first."""

import asyncio
import gc
import os
import sys
import threading
from types import FrameType
from typing import TypeVar

import structlog
import uvicorn
import uvloop

from lintel_chassis import logs
from lintel_chassis.http.app import Role, create_app
from lintel_chassis.otlp import export_traces
from lintel_chassis.runtime import Runtime
from lintel_chassis.service import Service
from lintel_chassis.settings import ServiceSettings

S = TypeVar("S", bound=ServiceSettings)

_log = structlog.get_logger(__name__)

_REQUESTS_END_S = 5
_PROCESS_ENDS_S = 9.5
_OBJECTS_A_COLLECTION = 20_000
_KEEP_ALIVE_S = 150
"""Longer than the front door keeps an idle connection, so that it never sends on one that is being closed."""


def main(service: Service[S], arguments: list[str] | None = None) -> None:
    """Run the service as its environment says, until SIGTERM or SIGINT."""
    words = sys.argv[1:] if arguments is None else arguments
    if words not in ([], ["serve"], ["worker"], ["migrate"]) and words[:1] != ["restore"]:
        sys.exit(f"usage: python -m {service.package} [serve|worker|migrate|restore]")
    settings = service.settings()
    logs.configure(settings.log_level)
    if words == ["migrate"]:
        from lintel_chassis.db import migrate  # noqa: PLC0415 - Alembic's 8 MiB are for this word only

        migrate.upgrade(service.package, settings.database_url.get_secret_value())
    elif words[:1] == ["restore"]:
        from lintel_chassis import restore  # noqa: PLC0415 - for this word only

        restore.main(service, settings, words[1:])
    else:
        export_traces(f"lintel-{service.name}")
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_serve(service, settings, Role(words[0]) if words else Role.ALL))


def _spare_the_collector() -> None:
    """What was imported stays: no collection need look at it again, nor come after every few hundred objects."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_OBJECTS_A_COLLECTION, 20, 20)


async def _serve(service: Service[S], settings: S, role: Role) -> None:
    app = create_app(service, settings, role)
    _spare_the_collector()
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        http="httptools",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=_REQUESTS_END_S,
    )
    await _Server(config, app.state.runtime).serve()
    _log.info("ended", service=service.name)


class _Server(uvicorn.Server):
    """Tells the runtime at the signal, so that streams and workers end while requests in hand are finished."""

    def __init__(self, config: uvicorn.Config, runtime: Runtime) -> None:
        super().__init__(config)
        self._runtime = runtime
        self._loop = asyncio.get_running_loop()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - the base class names them
        """A thread ends the process hard should anything hang; the base class would raise the signal once more."""
        if not self.should_exit:
            self.should_exit = True
            last_resort = threading.Timer(_PROCESS_ENDS_S, os._exit, (1,))
            last_resort.daemon = True
            last_resort.start()
            self._loop.call_soon_threadsafe(self._runtime.stopping.set)

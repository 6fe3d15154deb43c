"""What a service is: the value its composition root hands to the chassis."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Generic, TypeVar

from fastapi import APIRouter, FastAPI

from lintel_chassis.auth.pseudonyms import Pseudonyms
from lintel_chassis.problems import ProblemType
from lintel_chassis.settings import ServiceSettings
from lintel_chassis.worker.supervisor import Worker, WorkerContext
from lintel_events.restore.restore import Restoration
from lintel_events.sql_gauges import SqlGauges

S = TypeVar("S", bound=ServiceSettings)


@dataclass(frozen=True, slots=True)
class Service(Generic[S]):
    """One service. The relay, retention and gauges come with the chassis; `workers` names what else runs."""

    name: str
    """As in folders and on the wire: `orders`, `geo-offers`."""
    title: str
    settings: type[S]
    routers: tuple[APIRouter, ...]
    """Each a `lintel_chassis.http.routes.Router`."""
    problems: tuple[ProblemType, ...] = ()
    workers: Callable[[WorkerContext[S]], Mapping[str, Worker]] = lambda _: {}
    gauges: tuple[SqlGauges, ...] = ()
    """What is read from its tables for /metrics, beside those of every service."""
    restoration: Callable[[S], Restoration] | None = None
    """How it takes up its own past from the log after a restore: `python -m lintel_<service> restore`."""
    pseudonyms: Callable[[S], Pseudonyms] | None = None
    """For services that customers call: they are known here by what orders calls them, and by nothing else."""
    lifespan: Callable[[FastAPI, S], AbstractAsyncContextManager[None]] | None = None
    """Runs around the process's whole life, database up or not: opens clients and caches onto `app.state`."""

    @property
    def package(self) -> str:
        return f"lintel_{self.name.replace('-', '_')}"

"""The composition root of pickup."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from fastapi import FastAPI

from lintel_chassis.http.pseudonyms import Pseudonyms
from lintel_chassis.service import Service
from lintel_chassis.worker.deadlines import Deadline, Deadlines, Due
from lintel_chassis.worker.erasure import aside_forgotten
from lintel_chassis.worker.supervisor import Worker, WorkerContext
from lintel_events.consumer.consumer import Consumer
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_pickup.api import router
from lintel_pickup.commands.expire import NO_SHOW, expire
from lintel_pickup.figures import PICKUPS
from lintel_pickup.handlers import HANDLERS
from lintel_pickup.problems import PROBLEMS
from lintel_pickup.restore import RESTORATION
from lintel_pickup.settings import PickupSettings

CONSUMER_GROUP = "pickup"


async def _nobody_came(unit: UnitOfWork, due: Sequence[Due], at: datetime) -> None:
    await expire(unit, {deadline.key: deadline.cause for deadline in due}, at)


def _work(bench: WorkerContext[PickupSettings]) -> Mapping[str, Worker]:
    consumer = Consumer(
        bootstrap=bench.settings.kafka, consumer_group=CONSUMER_GROUP, units=bench.units, handlers=HANDLERS
    )
    forgetting = aside_forgotten(bench.settings.kafka, CONSUMER_GROUP)
    return {"consumer": consumer, "deadlines": Deadlines(bench.units, [Deadline(NO_SHOW, _nobody_came), forgetting])}


@asynccontextmanager
async def _lifespan(app: FastAPI, settings: PickupSettings) -> AsyncIterator[None]:
    app.state.settings = settings
    yield


SERVICE = Service(
    name="pickup",
    title="pickup",
    settings=PickupSettings,
    routers=(router,),
    problems=PROBLEMS,
    work=_work,
    figures=(PICKUPS,),
    restoration=lambda _: RESTORATION,
    pseudonyms=lambda settings: Pseudonyms(settings.orders_url),
    lifespan=_lifespan,
)

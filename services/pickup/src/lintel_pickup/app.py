"""The composition root of pickup."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from fastapi import FastAPI

from lintel_chassis.deadlines import Deadline, Deadlines, Due
from lintel_chassis.erasure import aside_forgotten
from lintel_chassis.pseudonyms import Pseudonyms
from lintel_chassis.service import Service
from lintel_chassis.work import Bench, Work
from lintel_events.consumer import Consumer
from lintel_events.unit import Unit
from lintel_pickup.api import router
from lintel_pickup.commands.expire import NO_SHOW, expire
from lintel_pickup.commands.reinstate import REINSTATEMENT
from lintel_pickup.figures import PICKUPS
from lintel_pickup.handlers import HANDLERS
from lintel_pickup.problems import PROBLEMS
from lintel_pickup.settings import PickupSettings

CONSUMER_GROUP = "pickup"


async def _nobody_came(unit: Unit, due: Sequence[Due], at: datetime) -> None:
    await expire(unit, {deadline.key: deadline.cause for deadline in due}, at)


def _work(bench: Bench[PickupSettings]) -> Mapping[str, Work]:
    consumer = Consumer(
        bootstrap=bench.settings.kafka, consumer_group=CONSUMER_GROUP, units=bench.units, handlers=HANDLERS
    )
    forgetting = aside_forgotten(bench.settings.kafka, CONSUMER_GROUP)
    return {"consumer": consumer, "deadlines": Deadlines(bench.units, [Deadline(NO_SHOW, _nobody_came), forgetting])}


@asynccontextmanager
async def _around(app: FastAPI, settings: PickupSettings) -> AsyncIterator[None]:
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
    reinstatement=lambda _: REINSTATEMENT,
    pseudonyms=lambda settings: Pseudonyms(settings.orders_url),
    around=_around,
)

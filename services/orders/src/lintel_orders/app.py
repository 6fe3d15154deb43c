"""The composition root of orders."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from fastapi import FastAPI

from lintel_chassis.service import Service
from lintel_chassis.worker.deadlines import Deadline, Deadlines, Due, while_caught_up
from lintel_chassis.worker.erasure import aside_forgotten
from lintel_chassis.worker.supervisor import Worker, WorkerContext
from lintel_contracts import inventory_reservations, orders_orders, pickup_pickups
from lintel_events.consumer.consumer import Consumer
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_orders.api import Here, router
from lintel_orders.commands.saga import SAGA, give_up
from lintel_orders.figures import ORDERS
from lintel_orders.follow import Followers
from lintel_orders.handlers import handlers
from lintel_orders.problems import PROBLEMS
from lintel_orders.restore import restoration
from lintel_orders.sessions import Sessions
from lintel_orders.settings import OrdersSettings

CONSUMER_GROUP = "orders"


async def _saga_is_due(unit: UnitOfWork, due: Sequence[Due], at: datetime) -> None:
    await give_up(unit, {deadline.key: deadline.cause for deadline in due}, at)


def _work(bench: WorkerContext[OrdersSettings]) -> Mapping[str, Worker]:
    answers = (inventory_reservations.TOPIC.name, pickup_pickups.TOPIC.name, orders_orders.TOPIC.name)
    consumer = Consumer(
        bootstrap=bench.settings.kafka,
        consumer_group=CONSUMER_GROUP,
        units=bench.units,
        handlers=handlers(bench.settings.saga_takes),
    )
    saga = Deadline(SAGA, _saga_is_due, guard=while_caught_up(CONSUMER_GROUP, *answers))
    forgetting = aside_forgotten(bench.settings.kafka, CONSUMER_GROUP)
    return {"consumer": consumer, "deadlines": Deadlines(bench.units, [saga, forgetting])}


@asynccontextmanager
async def _lifespan(app: FastAPI, settings: OrdersSettings) -> AsyncIterator[None]:
    app.state.here = Here(settings, Sessions(settings), Followers(app.state.runtime.committed))
    yield


SERVICE = Service(
    name="orders",
    title="orders",
    settings=OrdersSettings,
    routers=(router,),
    problems=PROBLEMS,
    work=_work,
    figures=(ORDERS,),
    restoration=lambda settings: restoration(settings.tax_rates),
    lifespan=_lifespan,
)

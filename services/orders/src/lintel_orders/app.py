"""The composition root of orders."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from fastapi import FastAPI

from lintel_chassis.service import Service
from lintel_chassis.worker.deadlines import Deadlines
from lintel_chassis.worker.erasure import aside_forgotten
from lintel_chassis.worker.supervisor import Worker, WorkerContext
from lintel_events.consumer.consumer import Consumer
from lintel_orders import erasure
from lintel_orders.customers import api as customers
from lintel_orders.customers.sessions import Sessions
from lintel_orders.handlers import handlers
from lintel_orders.orders import api as orders
from lintel_orders.orders.follow import Followers
from lintel_orders.orders.metrics import ORDERS
from lintel_orders.orders.worker import saga_deadline
from lintel_orders.pricing import api as pricing
from lintel_orders.problems import PROBLEMS
from lintel_orders.restore import restoration
from lintel_orders.sales import api as sales
from lintel_orders.settings import OrdersSettings

CONSUMER_GROUP = "orders"


def _workers(context: WorkerContext[OrdersSettings]) -> Mapping[str, Worker]:
    consumer = Consumer(
        bootstrap=context.settings.kafka,
        consumer_group=CONSUMER_GROUP,
        units=context.units,
        handlers=handlers(context.settings.saga_takes),
    )
    forgetting = aside_forgotten(context.settings.kafka, CONSUMER_GROUP)
    return {"consumer": consumer, "deadlines": Deadlines(context.units, [saga_deadline(CONSUMER_GROUP), forgetting])}


@asynccontextmanager
async def _lifespan(app: FastAPI, settings: OrdersSettings) -> AsyncIterator[None]:
    app.state.sessions = Sessions(settings.guest_key, settings.guest_issuer, settings.audience)
    app.state.followers = Followers(app.state.runtime.committed)
    yield


SERVICE = Service(
    name="orders",
    title="orders",
    settings=OrdersSettings,
    routers=(orders.router, pricing.router, customers.router, erasure.router, sales.router),
    problems=PROBLEMS,
    workers=_workers,
    gauges=(ORDERS,),
    restoration=lambda settings: restoration(settings.tax_rates),
    lifespan=_lifespan,
)

"""The composition root of inventory."""

from collections.abc import Mapping

from lintel_chassis.service import Service
from lintel_chassis.worker.deadlines import Deadlines
from lintel_chassis.worker.erasure import aside_forgotten
from lintel_chassis.worker.supervisor import Worker, WorkerContext
from lintel_events.consumer.consumer import Consumer
from lintel_inventory.handlers import HANDLERS
from lintel_inventory.movements import api as movements
from lintel_inventory.problems import PROBLEMS
from lintel_inventory.restore import RESTORATION
from lintel_inventory.settings import InventorySettings
from lintel_inventory.stock import api as stock

CONSUMER_GROUP = "inventory"


def _workers(context: WorkerContext[InventorySettings]) -> Mapping[str, Worker]:
    consumer = Consumer(
        bootstrap=context.settings.kafka, consumer_group=CONSUMER_GROUP, units=context.units, handlers=HANDLERS
    )
    forgetting = aside_forgotten(context.settings.kafka, CONSUMER_GROUP)
    return {"consumer": consumer, "deadlines": Deadlines(context.units, [forgetting])}


SERVICE = Service(
    name="inventory",
    title="inventory",
    settings=InventorySettings,
    routers=(movements.router, stock.router),
    problems=PROBLEMS,
    workers=_workers,
    restoration=lambda _: RESTORATION,
)

"""The composition root."""

from collections.abc import Mapping

from lintel_chassis.service import Service
from lintel_chassis.worker.deadlines import Deadlines
from lintel_chassis.worker.erasure import aside_forgotten
from lintel_chassis.worker.supervisor import Worker, WorkerContext
from lintel_events.consumer.consumer import Consumer
from lintel_inventory.api import router
from lintel_inventory.handlers import HANDLERS
from lintel_inventory.problems import PROBLEMS
from lintel_inventory.restore import RESTORATION
from lintel_inventory.settings import InventorySettings

CONSUMER_GROUP = "inventory"


def _work(bench: WorkerContext[InventorySettings]) -> Mapping[str, Worker]:
    consumer = Consumer(
        bootstrap=bench.settings.kafka, consumer_group=CONSUMER_GROUP, units=bench.units, handlers=HANDLERS
    )
    forgetting = aside_forgotten(bench.settings.kafka, CONSUMER_GROUP)
    return {"consumer": consumer, "deadlines": Deadlines(bench.units, [forgetting])}


SERVICE = Service(
    name="inventory",
    title="inventory",
    settings=InventorySettings,
    routers=(router,),
    problems=PROBLEMS,
    work=_work,
    restoration=lambda _: RESTORATION,
)

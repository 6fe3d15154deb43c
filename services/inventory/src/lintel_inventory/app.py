"""The composition root."""

from collections.abc import Mapping

from lintel_chassis.deadlines import Deadlines
from lintel_chassis.erasure import aside_forgotten
from lintel_chassis.service import Service
from lintel_chassis.work import Bench, Work
from lintel_events.consumer import Consumer
from lintel_inventory.api import router
from lintel_inventory.handlers import HANDLERS
from lintel_inventory.problems import PROBLEMS
from lintel_inventory.reinstating import REINSTATEMENT
from lintel_inventory.settings import InventorySettings

CONSUMER_GROUP = "inventory"


def _work(bench: Bench[InventorySettings]) -> Mapping[str, Work]:
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
    reinstatement=lambda _: REINSTATEMENT,
)

"""The composition root of pickup."""

from collections.abc import Mapping

from lintel_chassis.auth.pseudonyms import Pseudonyms
from lintel_chassis.service import Service
from lintel_chassis.worker.deadlines import Deadlines
from lintel_chassis.worker.erasure import aside_forgotten
from lintel_chassis.worker.supervisor import Worker, WorkerContext
from lintel_events.consumer.consumer import Consumer
from lintel_pickup.counter import api as counter
from lintel_pickup.handlers import HANDLERS
from lintel_pickup.picking import api as picking
from lintel_pickup.pickups import api as pickups
from lintel_pickup.pickups.metrics import PICKUPS
from lintel_pickup.pickups.worker import NO_SHOW_DEADLINE
from lintel_pickup.policies import api as policies
from lintel_pickup.problems import PROBLEMS
from lintel_pickup.restore import RESTORATION
from lintel_pickup.settings import PickupSettings
from lintel_pickup.slots import api as slots

CONSUMER_GROUP = "pickup"


def _workers(context: WorkerContext[PickupSettings]) -> Mapping[str, Worker]:
    consumer = Consumer(
        bootstrap=context.settings.kafka, consumer_group=CONSUMER_GROUP, units=context.units, handlers=HANDLERS
    )
    forgetting = aside_forgotten(context.settings.kafka, CONSUMER_GROUP)
    return {"consumer": consumer, "deadlines": Deadlines(context.units, [NO_SHOW_DEADLINE, forgetting])}


SERVICE = Service(
    name="pickup",
    title="pickup",
    settings=PickupSettings,
    routers=(slots.router, policies.router, pickups.router, picking.router, counter.router),
    problems=PROBLEMS,
    workers=_workers,
    gauges=(PICKUPS,),
    restoration=lambda _: RESTORATION,
    pseudonyms=lambda settings: Pseudonyms(settings.orders_url),
)

"""The composition root of geo-offers."""

from collections.abc import Mapping

from lintel_chassis.service import Service
from lintel_chassis.worker.supervisor import Worker, WorkerContext
from lintel_events.consumer.consumer import Consumer
from lintel_geo_offers.handlers import HANDLERS
from lintel_geo_offers.problems import PROBLEMS
from lintel_geo_offers.restore import RESTORATION
from lintel_geo_offers.settings import GeoOffersSettings
from lintel_geo_offers.stores import api as stores

CONSUMER_GROUP = "geo-offers"


def _workers(context: WorkerContext[GeoOffersSettings]) -> Mapping[str, Worker]:
    consumer = Consumer(
        bootstrap=context.settings.kafka, consumer_group=CONSUMER_GROUP, units=context.units, handlers=HANDLERS
    )
    return {"consumer": consumer}


SERVICE = Service(
    name="geo-offers",
    title="geo-offers",
    settings=GeoOffersSettings,
    routers=(stores.router,),
    problems=PROBLEMS,
    workers=_workers,
    restoration=lambda _: RESTORATION,
)

"""The composition root of geo-offers."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from fastapi import FastAPI

from lintel_chassis.service import Service
from lintel_chassis.worker.supervisor import Worker, WorkerContext
from lintel_events.consumer.consumer import Consumer
from lintel_geo_offers.api import router
from lintel_geo_offers.handlers import HANDLERS
from lintel_geo_offers.problems import PROBLEMS
from lintel_geo_offers.restore import RESTORATION
from lintel_geo_offers.settings import GeoOffersSettings
from lintel_geo_offers.zones import Zones

CONSUMER_GROUP = "geo-offers"


def _work(bench: WorkerContext[GeoOffersSettings]) -> Mapping[str, Worker]:
    consumer = Consumer(
        bootstrap=bench.settings.kafka, consumer_group=CONSUMER_GROUP, units=bench.units, handlers=HANDLERS
    )
    return {"consumer": consumer}


@asynccontextmanager
async def _lifespan(app: FastAPI, _: GeoOffersSettings) -> AsyncIterator[None]:
    async with Zones() as app.state.zones:
        yield


SERVICE = Service(
    name="geo-offers",
    title="geo-offers",
    settings=GeoOffersSettings,
    routers=(router,),
    problems=PROBLEMS,
    work=_work,
    restoration=lambda _: RESTORATION,
    lifespan=_lifespan,
)

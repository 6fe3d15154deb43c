"""The composition root of catalog."""

from collections.abc import Mapping

from lintel_catalog.prices import api as prices
from lintel_catalog.prices.commands import LIST_CHANGED, publish_changed_lists
from lintel_catalog.problems import PROBLEMS
from lintel_catalog.products import api as products
from lintel_catalog.related import api as related
from lintel_catalog.restore import RESTORATION
from lintel_catalog.search import api as search
from lintel_catalog.settings import CatalogSettings
from lintel_chassis.service import Service
from lintel_chassis.worker.deadlines import Deadline, Deadlines
from lintel_chassis.worker.supervisor import Worker, WorkerContext


def _workers(context: WorkerContext[CatalogSettings]) -> Mapping[str, Worker]:
    return {"deadlines": Deadlines(context.units, [Deadline(LIST_CHANGED, publish_changed_lists)])}


SERVICE = Service(
    name="catalog",
    title="catalog",
    settings=CatalogSettings,
    routers=(search.router, products.router, related.router, prices.router),
    problems=PROBLEMS,
    workers=_workers,
    restoration=lambda _: RESTORATION,
)

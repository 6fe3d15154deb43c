"""The composition root of catalog."""

from collections.abc import Mapping

from lintel_catalog.api import router
from lintel_catalog.commands.prices import LIST_CHANGED, announce_lists
from lintel_catalog.problems import PROBLEMS
from lintel_catalog.restore import RESTORATION
from lintel_catalog.settings import CatalogSettings
from lintel_chassis.service import Service
from lintel_chassis.worker.deadlines import Deadline, Deadlines
from lintel_chassis.worker.supervisor import Worker, WorkerContext


def _work(bench: WorkerContext[CatalogSettings]) -> Mapping[str, Worker]:
    return {"deadlines": Deadlines(bench.units, [Deadline(LIST_CHANGED, announce_lists)])}


SERVICE = Service(
    name="catalog",
    title="catalog",
    settings=CatalogSettings,
    routers=(router,),
    problems=PROBLEMS,
    work=_work,
    restoration=lambda _: RESTORATION,
)

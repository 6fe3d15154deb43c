"""The composition root of catalog."""

from collections.abc import Mapping

from lintel_catalog.api import router
from lintel_catalog.commands.prices import LIST_CHANGED, announce_lists
from lintel_catalog.problems import PROBLEMS
from lintel_catalog.reinstating import REINSTATEMENT
from lintel_catalog.settings import CatalogSettings
from lintel_chassis.deadlines import Deadline, Deadlines
from lintel_chassis.service import Service
from lintel_chassis.work import Bench, Work


def _work(bench: Bench[CatalogSettings]) -> Mapping[str, Work]:
    return {"deadlines": Deadlines(bench.units, [Deadline(LIST_CHANGED, announce_lists)])}


SERVICE = Service(
    name="catalog",
    title="catalog",
    settings=CatalogSettings,
    routers=(router,),
    problems=PROBLEMS,
    work=_work,
    reinstatement=lambda _: REINSTATEMENT,
)

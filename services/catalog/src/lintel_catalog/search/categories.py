"""The tree of categories that products on sale are in."""

from sqlalchemy import Text, column, func, select, true

from lintel_catalog.entries.domain.product import SEPARATOR
from lintel_catalog.entries.tables import products
from lintel_catalog.search.matching import ON_SALE
from lintel_catalog.search.schemas import CategoryView
from lintel_chassis.db.statements import compiled
from lintel_events.outbox.unit_of_work import UnitOfWork

_EACH = func.unnest(products.c.categories).table_valued(column("category", Text)).lateral("category")
_COUNTED = compiled(
    select(_EACH.c.category, func.count().label("count"))
    .select_from(products.join(_EACH, true()))
    .where(ON_SALE)
    .group_by(_EACH.c.category)
)


async def category_tree(unit: UnitOfWork) -> list[CategoryView]:
    """The widest first, by name."""
    rows = await unit.fetch(*_COUNTED())
    top: list[CategoryView] = []
    above: list[CategoryView] = []
    for path, count in sorted((row["category"].split(SEPARATOR), row["count"]) for row in rows):
        view = CategoryView(name=path[-1], category=SEPARATOR.join(path), count=count, children=[])
        above = above[: len(path) - 1]
        (above[-1].children if above else top).append(view)
        above.append(view)
    return top

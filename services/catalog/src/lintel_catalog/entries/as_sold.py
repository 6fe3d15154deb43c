"""The price of a product as it is sold: the one rule (`best_window` of the contracts) as SQL that reads can join.

The function itself is made by the migrations.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ColumnElement, DateTime, Numeric, Text, bindparam, column, func
from sqlalchemy.sql.selectable import LateralFromClause
from sqlalchemy.types import TypeEngine

from lintel_contracts.values import Channel


@dataclass(frozen=True, slots=True)
class PriceContext:
    """Where and when a price is asked for; without a currency any will do."""

    channel: Channel | None
    store_code: str | None
    at: datetime
    currency: str | None = None

    def values(self) -> dict[str, Any]:
        """What a statement that `price_as_asked` stands in is given."""
        return {"channel": self.channel, "store_code": self.store_code, "currency": self.currency, "at": self.at}


_PARAMETERS: Mapping[str, TypeEngine[Any]] = {
    "channel": Text(),
    "store_code": Text(),
    "currency": Text(),
    "at": DateTime(timezone=True),
}


def price_as_sold(sku: ColumnElement[Any], context: PriceContext) -> LateralFromClause:
    """The columns of one row, or none: to be joined ON true."""
    values = context.values()
    return _function(sku, *(bindparam(None, values[name], type_=type_) for name, type_ in _PARAMETERS.items()))


def price_as_asked(sku: ColumnElement[Any]) -> LateralFromClause:
    """The same for a fixed statement, which gets `PriceContext.values()`."""
    return _function(sku, *(bindparam(name, type_=type_) for name, type_ in _PARAMETERS.items()))


def _function(*arguments: ColumnElement[Any]) -> LateralFromClause:
    return (
        func.price_as_sold(*arguments)
        .table_valued(
            column("price_list", Text),
            column("amount", Numeric),
            column("was", Numeric),
            column("currency", Text),
            column("prices_include_tax", Boolean),
            column("valid_until", DateTime(timezone=True)),
        )
        .lateral("sold")
    )

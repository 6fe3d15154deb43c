"""The price of a product as it is sold: the one rule (`best_window` of the contracts) as SQL that reads can join.

The function itself is made by the migrations.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ColumnElement, DateTime, Numeric, Text, bindparam, column, func
from sqlalchemy.sql.selectable import LateralFromClause

from lintel_contracts.values import Channel


@dataclass(frozen=True, slots=True)
class PriceContext:
    """Where and when a price is asked for; without a currency any will do."""

    channel: Channel | None
    store_code: str | None
    at: datetime
    currency: str | None = None

    def values(self) -> dict[str, Any]:
        """By the names that `AS_ASKED` has them under."""
        return {"channel": self.channel, "store_code": self.store_code, "currency": self.currency, "at": self.at}


def price_as_sold(sku: ColumnElement[Any], context: PriceContext) -> LateralFromClause:
    """The columns of one row, or none: to be joined ON true."""
    return _function(
        sku,
        bindparam(None, context.channel, type_=Text),
        bindparam(None, context.store_code, type_=Text),
        bindparam(None, context.currency, type_=Text),
        bindparam(None, context.at, type_=DateTime(timezone=True)),
    )


def price_as_asked(sku: ColumnElement[Any]) -> LateralFromClause:
    """The same for a fixed statement, which gets `PriceContext.values()`."""
    return _function(
        sku,
        bindparam("channel", type_=Text),
        bindparam("store_code", type_=Text),
        bindparam("currency", type_=Text),
        bindparam("at", type_=DateTime(timezone=True)),
    )


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

"""Rows as the JSON that is shown: a product's content is kept ready, its price is put behind it."""

from decimal import Decimal
from typing import Any

import asyncpg
import orjson


def price_json(row: asyncpg.Record) -> bytes:
    """An object with what ProductView says of the price."""
    if row["amount"] is None:
        return b'{"price":null}'
    shown: dict[str, Any] = {"price": _money(row["amount"], row["currency"])}
    if row["was"] is not None:
        shown["was"] = _money(row["was"], row["currency"])
    shown["price_list"] = row["price_list"]
    shown["prices_include_tax"] = row["prices_include_tax"]
    if row["valid_until"] is not None:
        shown["price_until"] = row["valid_until"]
    return orjson.dumps(shown, option=orjson.OPT_UTC_Z)


def product_json(content: str, price: bytes) -> bytes:
    """JSON of the shape ProductView: two objects made one."""
    return content[:-1].encode() + b"," + price[1:]


def item(row: asyncpg.Record) -> orjson.Fragment:
    """A row of a list."""
    return orjson.Fragment(product_json(row["content"], price_json(row)))


def _money(amount: Decimal, currency: str) -> dict[str, str]:
    return {"amount": format(amount, "f"), "currency": currency}

"""Orders and quotes as JSON: the content that is stored, and the views that are shown."""

from datetime import datetime
from typing import Any

import orjson

from lintel_contracts.values import Money
from lintel_orders.domain.order import Order
from lintel_orders.domain.pricing import PricedLine, Quote


def content_of(quote: Quote) -> bytes:
    """JSON of the shape QuoteView."""
    return orjson.dumps(
        {
            "store_code": quote.store_code,
            "lines": [_line(line) for line in quote.lines],
            "subtotal": money(quote.total),
            "discounts": [],
            "tax_lines": [{"rate": str(tax.rate), "amount": money(tax.amount)} for tax in quote.tax_lines],
            "total": money(quote.total),
            "prices_include_tax": quote.prices_include_tax,
        }
    )


def money(amount: Money) -> dict[str, str]:
    return {"amount": format(amount.amount, "f"), "currency": amount.currency}


def _line(line: PricedLine) -> dict[str, Any]:
    product = line.product
    shown = {
        "line_id": line.line_id,
        "sku": product.sku,
        "name": product.name,
        "unit": product.unit,
        "price_per": product.price_per,
        "quantity": line.quantity,
        "unit_price": money(line.unit_price),
        "discounts": [],
        "tax": money(line.tax),
        "total": money(line.total),
    }
    return shown if product.image_url is None else {**shown, "image_url": product.image_url}


def render(order: Order, number: str, channel: str, content: bytes | str) -> bytes:
    """JSON of the shape OrderView."""
    shown = orjson.loads(content)
    for line in shown["lines"]:
        line.update(order.progress.get(line["line_id"], {}))
    return orjson.dumps(
        {
            "id": order.id,
            "number": number,
            "channel": channel,
            "status": order.status,
            **({"status_reason": order.status_reason} if order.status_reason else {}),
            **shown,
            "payment": {"method": order.payment_method, "status": order.payment_status, "paid": money(order.paid)},
            "fulfilment": {"type": "pickup", "store_code": order.store_code, "slot": _slot(order)},
            **_moments(order),
        },
        option=orjson.OPT_UTC_Z,
    )


def _slot(order: Order) -> dict[str, Any] | None:
    if order.slot is None:
        return {"slot_id": order.slot_id} if order.slot_id else None
    return {"slot_id": order.slot_id, "starts_at": order.slot.starts_at, "ends_at": order.slot.ends_at}


def _moments(order: Order) -> dict[str, datetime]:
    names = ("placed_at", "confirmed_at", "ready_at", "collect_by", "ended_at")
    return {name: moment for name in names if (moment := getattr(order, name)) is not None}

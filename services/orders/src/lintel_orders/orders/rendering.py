"""Orders as JSON: what was ordered, and what has become of it."""

from datetime import datetime
from typing import Any

import orjson

from lintel_orders.orders.domain import Order, Placement
from lintel_orders.pricing.rendering import money


def render(order: Order, placement: Placement) -> bytes:
    """JSON of the shape OrderView."""
    shown = orjson.loads(placement.content)
    for line in shown["lines"]:
        line.update(order.progress.get(line["line_id"], {}))
    return orjson.dumps(
        {
            "id": order.id,
            "number": placement.number,
            "channel": placement.channel,
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

"""A sale read back from its own event: where the row was lost and the fact was not."""

import orjson

from lintel_contracts.orders_sales import SaleRecorded

_AS_SENT = {"sale_id": "id", "register_id": "register", "occurred_at": "device_time"}


def content_of(sale: SaleRecorded) -> str:
    """JSON as the till sent it, as far as the event says."""
    known = sale.model_dump(mode="json", exclude_none=True, exclude={"received_at"})
    return orjson.dumps({_AS_SENT.get(name, name): value for name, value in known.items()}).decode()

"""Twenty stores open."""

from typing import Any

from lintel_local.demo.chapter import Chapter
from lintel_local.demo.client import FrontDoor
from lintel_local.demo.data.dataset import Dataset
from lintel_local.demo.data.model import CURRENCY, Store
from lintel_local.demo.progress import Report, together


async def _load(front: FrontDoor, data: Dataset, report: Report) -> None:
    ops = front.client("ops", "demo-ops")
    await together("stores", [ops.put(f"/v1/stores/{store.store_code}", _body(store)) for store in data.stores], report)


def _body(store: Store) -> dict[str, Any]:
    return {
        "name": f"Lintel {store.city}",
        "brand": "Lintel",
        "lat": store.lat,
        "lon": store.lon,
        "address": {
            "street": "1 Synthetic Street",
            "city": store.city,
            "region": store.region,
            "postal_code": "00000",
            "country": "US",
        },
        "timezone": store.timezone,
        "currency": CURRENCY,
        "opening_hours": "Mo-Su 06:00-24:00",
        "services": ["pickup", "curbside"],
        "status": "open",
    }


CHAPTER = Chapter(load=_load)

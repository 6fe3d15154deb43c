"""Topic geo.stores: every store as it stands now."""

from enum import StrEnum
from typing import ClassVar

from lintel_contracts.event import Event
from lintel_contracts.topic import Topic, state_topic
from lintel_contracts.values import Country, Currency, StoreCode

TOPIC = state_topic("geo.stores", partitions=1)


class StoreStatus(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class StoreChanged(Event):
    """The store is now as told here; `closed` takes no new orders and keeps those it has."""

    type: ClassVar[str] = "geo.StoreChanged.v1"
    topic: ClassVar[Topic] = TOPIC

    store_code: StoreCode
    name: str
    brand: str | None = None
    lat: float
    lon: float
    timezone: str
    """IANA name."""
    currency: Currency
    country: Country
    region: str | None = None
    opening_hours: str
    """OpenStreetMap syntax, in the store's own time zone."""
    services: tuple[str, ...] = ()
    status: StoreStatus

    @property
    def key(self) -> str:
        return self.store_code

"""What the log says: its events, each taken once, folded into promises, goods gone, and the lives of orders."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from lintel_local.verify.log import Event, Record
from lintel_local.verify.stock import StockKey

TOPICS = ("inventory.reservations", "inventory.incidents", "orders.orders", "orders.sales", "pickup.pickups")
LETTERS = ("catalog.dead", "geo-offers.dead", "inventory.dead", "orders.dead", "pickup.dead")
"""Where services put events that they could not apply."""

STATUS_AFTER = {
    "OrderPlaced": "placed",
    "OrderConfirmed": "confirmed",
    "OrderReady": "ready",
    "OrderCancelRequested": "cancelling",
    "OrderRejected": "rejected",
    "OrderCancelled": "cancelled",
    "OrderExpired": "expired",
    "OrderCompleted": "completed",
}
ENDS = frozenset({"OrderRejected", "OrderCancelled", "OrderExpired", "OrderCompleted"})


@dataclass(slots=True)
class Facts:
    """The fold so far."""

    promised: dict[str, Counter[StockKey]] = field(default_factory=dict)
    """By order, while it holds them; before picking."""
    picked: dict[tuple[str, str, str], tuple[StockKey, int]] = field(default_factory=dict)
    """What picking adds to an order's promise or takes from it, by order, line and kind; repeated it replaces."""
    were_promised: set[str] = field(default_factory=set)
    handed_over: Counter[StockKey] = field(default_factory=Counter)
    sold: Counter[StockKey] = field(default_factory=Counter)
    """At tills, less what came back there; not what an order had promised."""
    incidents: set[StockKey] = field(default_factory=set)
    booked: dict[str, str] = field(default_factory=dict)
    """The slot of each order that ever had one."""
    lives: dict[str, list[str]] = field(default_factory=dict)
    """The events of each order, the oldest first."""
    letters: dict[tuple[str, str], str] = field(default_factory=dict)
    """By topic and key, the error of each event that could not be applied and that nobody has dealt with since."""

    seen: set[str] = field(default_factory=set)
    """A record may stand in the log twice: its id counts once."""

    def take(self, records: Iterable[Record]) -> None:
        """What nobody can read is no fact: the services' dead letters speak of it."""
        for record in records:
            if record.topic in LETTERS:
                _file(self, record)
            elif record.topic in TOPICS and (event := Event.parse(record)) and event.id not in self.seen:
                self.seen.add(event.id)
                _take(self, event)

    def live(self) -> Counter[StockKey]:
        total: Counter[StockKey] = Counter()
        for lines in self.promised.values():
            total.update(lines)
        for (order_id, *_), (key, change) in self.picked.items():
            if order_id in self.promised:
                total[key] += change
        return total


def _file(facts: Facts, letter: Record) -> None:
    facts.letters.pop((letter.topic, letter.key), None)
    if letter.value is not None:
        facts.letters[letter.topic, letter.key] = json.loads(letter.value)["error"]


def _take(facts: Facts, event: Event) -> None:
    data = event.data
    match event.type:
        case "StockReserved":
            facts.promised[event.subject] = _goods(data)
            facts.were_promised.add(event.subject)
        case "StockReleased":
            facts.promised.pop(event.subject, None)
        case "StockIssued":
            facts.promised.pop(event.subject, None)
            facts.handed_over.update(_goods(data))
        case "LineShortPicked":
            missing = data["ordered"] - data["picked"]
            facts.picked[event.subject, data["line_id"], "short"] = (data["store_code"], data["sku"]), -missing
        case "LineSubstituted":
            key = (data["store_code"], data["substitute_sku"])
            facts.picked[event.subject, data["line_id"], data["substitute_sku"]] = key, data["quantity"]
        case "SaleRecorded":
            _sell(facts, data)
        case "StockDiscrepancyFound":
            facts.incidents.add((data["store_code"], data["sku"]))
        case "PickupSlotBooked":
            facts.booked[event.subject] = data["slot_id"]
        case name if name in STATUS_AFTER:
            facts.lives.setdefault(event.subject, []).append(name)


def _sell(facts: Facts, sale: Any) -> None:
    if sale.get("order_id"):
        return
    for line in sale["lines"]:
        if not line.get("order_line_id"):
            back = line.get("returns_sale_id") is not None
            facts.sold[sale["store_code"], line["sku"]] += -line["quantity"] if back else line["quantity"]


def _goods(data: Any) -> Counter[StockKey]:
    goods: Counter[StockKey] = Counter()
    for line in data["lines"]:
        goods[data["store_code"], line["sku"]] += line["quantity"]
    return goods

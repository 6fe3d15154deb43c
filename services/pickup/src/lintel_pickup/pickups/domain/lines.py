"""The lines of a pickup: what was ordered, and what the picker found of it."""

from dataclasses import dataclass, replace
from typing import Self

from lintel_contracts.errors import Conflict, Invalid
from lintel_contracts.orders_orders import HandedOverLine, OrderPlaced
from lintel_contracts.pickup_pickups import LineShortPicked, LineSubstituted, PickupEvent


@dataclass(frozen=True, slots=True)
class Substitute:
    sku: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Line:
    line_id: str
    sku: str
    name: str
    unit: str
    quantity: int
    """As ordered."""
    picked: int | None = None
    """None until somebody looked for it."""
    substitute: Substitute | None = None

    def pick(self, picked: int, substitute: Substitute | None, pointer: str) -> Self:
        """Raise Invalid for quantities that make no sense, Conflict for a substitute taken back.

        Picking again corrects what was said before.
        """
        if picked > self.quantity:
            raise Invalid("picked_too_many", f"{self.quantity} were ordered.", f"{pointer}/picked")
        if substitute is not None and substitute.quantity > self.quantity - picked:
            detail = f"Only {self.quantity - picked} are missing."
            raise Invalid("substituted_too_many", detail, f"{pointer}/substitute/quantity")
        if self.substitute is not None and (substitute is None or substitute.sku != self.substitute.sku):
            detail = f"{self.substitute.sku} has been published as its substitute; its quantity can be corrected."
            raise Conflict("substitute_settled", detail, f"{pointer}/substitute")
        return replace(self, picked=picked, substitute=substitute)

    @property
    def is_short(self) -> bool:
        return self.picked is not None and self.picked < self.quantity


def line_events(order_id: str, store_code: str, before: Line, after: Line) -> list[PickupEvent]:
    """What is published of a pick: a shortage, its correction, a substitute."""
    events: list[PickupEvent] = []
    if after.picked is not None and after.picked != before.picked and (after.is_short or before.is_short):
        events.append(
            LineShortPicked(
                order_id=order_id,
                store_code=store_code,
                line_id=after.line_id,
                sku=after.sku,
                ordered=after.quantity,
                picked=after.picked,
            )
        )
    if after.substitute is not None and after.substitute != before.substitute:
        events.append(
            LineSubstituted(
                order_id=order_id,
                store_code=store_code,
                line_id=after.line_id,
                sku=after.sku,
                substitute_sku=after.substitute.sku,
                quantity=after.substitute.quantity,
            )
        )
    return events


def lines_of(order: OrderPlaced) -> tuple[Line, ...]:
    return tuple(Line(line.line_id, line.sku, line.name, line.unit, line.quantity) for line in order.lines)


def as_picked(lines: tuple[Line, ...]) -> tuple[HandedOverLine, ...]:
    """Substitutes come before the lines they stand in for: who goes by line id is left with what was ordered."""
    substitutes = [
        HandedOverLine(line_id=line.line_id, sku=line.substitute.sku, quantity=line.substitute.quantity)
        for line in lines
        if line.substitute
    ]
    ordered = [HandedOverLine(line_id=line.line_id, sku=line.sku, quantity=line.picked or 0) for line in lines]
    return (*substitutes, *ordered)

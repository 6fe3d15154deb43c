"""What tills sell moves stock: a fact, also of products nobody knows and into the negative."""

from datetime import datetime

from lintel_contracts.inventory_incidents import DiscrepancyCause
from lintel_contracts.orders_sales import SaleLine, SaleRecorded
from lintel_inventory.ledger.domain.books import Books, LedgerEvents
from lintel_inventory.ledger.domain.lock_set import LockSet
from lintel_inventory.ledger.domain.movement import Movement, MovementKind, sale_movement_id


def locks_for(sale: SaleRecorded) -> LockSet:
    """What it may touch."""
    lines, store = moving(sale), sale.store_code
    return LockSet(
        moved={(store, line.sku) for line in lines},
        movements={(store, sale_movement_id(sale.sale_id, line.line_id)) for line in lines},
    )


def react(books: Books, sale: SaleRecorded) -> LedgerEvents:
    """Book each line once, however often the sale comes."""
    events: LedgerEvents = ()
    for line in moving(sale):
        movement = movement_of(sale, line, books.at)
        if (movement.store_code, movement.id) not in books.movements:
            events += books.book(movement, DiscrepancyCause.SALE)
    return events


def moving(sale: SaleRecorded) -> list[SaleLine]:
    """The lines that move stock: those of an order move it when the order is completed."""
    return [] if sale.order_id else [line for line in sale.lines if line.order_line_id is None]


def movement_of(sale: SaleRecorded, line: SaleLine, at: datetime) -> Movement:
    returned = line.returns_sale_id is not None
    return Movement(
        store_code=sale.store_code,
        id=sale_movement_id(sale.sale_id, line.line_id),
        sku=line.sku,
        kind=MovementKind.RETURN if returned else MovementKind.SALE,
        quantity=line.quantity,
        on_hand_delta=line.quantity if returned else -line.quantity,
        unsellable_delta=0,
        reason="returned at the till" if returned else "sold at the till",
        document=sale.sale_id,
        occurred_at=sale.occurred_at,
        recorded_at=at,
    )

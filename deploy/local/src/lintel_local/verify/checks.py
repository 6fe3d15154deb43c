"""Pure functions from the databases' books and the log's facts to what is wrong."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import IntEnum

from lintel_local.verify.facts import ENDS, STATUS_AFTER, Facts
from lintel_local.verify.report import Result
from lintel_local.verify.stock import Books, Movement, Promise, StockBooks, StockKey

_ON_THE_LOG = {"sale": 1, "return": -1}
"""Kinds of movement that are on the log too, and the sign of what went."""
OVERSOLD = "oversold"
_UNDECIDED = frozenset({"placed", "cancelling"})


class _Turn(IntEnum):
    """Who comes first of those who came at the same instant, in one transaction: the promise has the benefit."""

    MORE = 0
    PROMISE = 1
    LESS = 2


def check_all(books: Books, facts: Facts) -> list[Result]:
    """Everything that is wrong between what the databases keep, what the log says and what may be.

    A slot whose store has lowered its capacity since is among it.
    """
    stock, positions, orders = books.stock, len(books.stock.free), len(books.orders)
    oversold = _larger(_promised_beyond_the_moment(stock), _promised_beyond_everything(stock, facts))
    sold = (f"{pieces} of {sku} in {store}" for (store, sku), pieces in sorted(oversold.items()))
    letters = (f"{error} in {topic}" for (topic, _), error in facts.letters.items())
    crowded = (
        f"{slot.name} has {slot.booked} bookings for {slot.capacity} places"
        for slot in books.slots
        if slot.booked > slot.capacity
    )
    return [
        _result(OVERSOLD, positions, sold),
        _result("positions below zero without an incident", positions, _unexplained(stock, facts)),
        _result("books unlike the log", positions, _books_against_log(stock, facts)),
        _result("orders unlike the log", orders, _orders(books, facts)),
        _result("dead letters left open", len(facts.letters), letters),
        _result("slots beyond their capacity", len(books.slots), crowded),
    ]


def _result(check: str, looked_at: int, wrong: Iterable[str]) -> Result:
    """What is said names what it is about, and in which state: that identifies it."""
    return Result(check, looked_at, {said: said for said in wrong})


def _promised_beyond_the_moment(stock: StockBooks) -> Counter[StockKey]:
    """Replay each position's life as the database dates it, and count what was no longer free at each promise."""
    lives: dict[StockKey, list[tuple[datetime, _Turn, int]]] = defaultdict(list)
    for movement in stock.movements:
        lives[movement.key].append((movement.at, _turn(movement), movement.delta))
    for promise in stock.promises:
        lives[promise.key].extend(_steps(promise))
    return +Counter({key: _beyond(sorted(life)) for key, life in lives.items()})


def _turn(movement: Movement) -> _Turn:
    return _Turn.MORE if movement.delta > 0 else _Turn.LESS


def _steps(promise: Promise) -> Iterator[tuple[datetime, _Turn, int]]:
    yield promise.since, _Turn.PROMISE, -promise.promised
    if promise.until:
        yield promise.until, _Turn.MORE, promise.promised


def _beyond(life: Iterable[tuple[datetime, _Turn, int]]) -> int:
    free = pieces = 0
    for _, turn, delta in life:
        free += delta
        if turn is _Turn.PROMISE and free < 0:
            pieces += min(-delta, -free)
    return pieces


def _promised_beyond_everything(stock: StockBooks, facts: Facts) -> Counter[StockKey]:
    """By the log: what is promised and what was handed over, together more than ever came in."""
    came_in = _came_in(stock)
    wanted = facts.live() + facts.handed_over
    return +Counter({key: quantity - came_in[key] for key, quantity in wanted.items()})


def _came_in(stock: StockBooks) -> Counter[StockKey]:
    """Deliveries, counts and corrections, which only the ledger has.

    A count that had seen the result of a sale, whose news came later, took those pieces away already.
    """
    total: Counter[StockKey] = Counter()
    for movement in stock.movements:
        if movement.kind not in _ON_THE_LOG:
            total[movement.key] += movement.delta
        elif movement.absorbed:
            total[movement.key] += _ON_THE_LOG[movement.kind] * movement.quantity
    return total


def _larger(some: Counter[StockKey], other: Counter[StockKey]) -> dict[StockKey, int]:
    return dict(some | other)


def _unexplained(stock: StockBooks, facts: Facts) -> Iterator[str]:
    """Below zero is possible by a fact from the store alone, and that has opened an incident."""
    for key, free in stock.free.items():
        if free < 0 and key not in facts.incidents:
            yield f"{key[1]} in {key[0]} is {-free} below zero and no incident says why"


def _books_against_log(stock: StockBooks, facts: Facts) -> Iterator[str]:
    """A position is what the ledger, the tills' sales and the orders' promises of the log add up to."""
    live, came_in = facts.live(), _came_in(stock)
    for key in {*stock.free, *live, *facts.handed_over, *facts.sold}:
        said = came_in[key] - facts.sold[key] - facts.handed_over[key] - live[key]
        kept = stock.free.get(key, 0)
        if said != kept:
            yield f"{key[1]} in {key[0]}: the books have {kept} free, the log says {said}"


def _orders(books: Books, facts: Facts) -> Iterator[str]:
    for order_id, order in books.orders.items():
        life = facts.lives.get(order_id, [])
        if order.status in _UNDECIDED:
            yield f"order {order_id} is still {order.status}"
        if not life or STATUS_AFTER[life[-1]] != order.status:
            yield f"order {order_id} is {order.status}, the log ends with {life[-1] if life else 'nothing'}"
        if len([name for name in life if name in ENDS]) > 1:
            yield f"order {order_id} ended more than once: {', '.join(life)}"
        if order.was_confirmed and order_id not in facts.were_promised:
            yield f"order {order_id} was confirmed without stock"
        if order.was_confirmed and order_id not in facts.booked:
            yield f"order {order_id} was confirmed without a slot"
    for order_id in facts.lives.keys() - books.orders.keys():
        yield f"order {order_id} is in the log and in no database"

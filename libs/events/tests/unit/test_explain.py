"""What is missing in an order's life, and what of an event is worth a line."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from lintel_events.cli.reports import summary_of
from lintel_events.log.cloudevent import Envelope
from lintel_events.log.contract import Event
from lintel_events.operate.explain import Gap, gaps
from lintel_events.testing import Noted

START = datetime(2026, 11, 21, 19, tzinfo=UTC)


class Asked(Noted):
    type = "shop.Asked.v1"


class Confirmed(Noted):
    type = "desk.Confirmed.v1"


class Refused(Noted):
    type = "desk.Refused.v1"


@dataclass(frozen=True)
class Rule:
    after: tuple[type[Event], ...]
    by: tuple[type[Event], ...]


ANSWER = Rule((Asked,), (Confirmed, Refused))


def _event(model: type[Event], second: int) -> Envelope:
    return Envelope(uuid4(), model.type, "order", "0001-1", START + timedelta(seconds=second), {}, {}, {})


def test_an_answer_that_is_missing_names_who_owes_it_and_since_when() -> None:
    [gap] = gaps([_event(Asked, 3)], [ANSWER], START + timedelta(seconds=10))
    assert gap == Gap("desk", ("desk.Confirmed.v1", "desk.Refused.v1"), "shop.Asked.v1", 7.0)


def test_any_of_the_answers_will_do_and_nobody_owes_one_that_was_not_asked_for() -> None:
    assert gaps([_event(Asked, 3), _event(Refused, 4)], [ANSWER], START) == []
    assert gaps([_event(Refused, 4)], [Rule((Asked, Refused), (Confirmed,))], START) == []


def test_an_answer_to_several_is_owed_since_the_last_of_them() -> None:
    events = [_event(Asked, 3), _event(Refused, 5)]
    [gap] = gaps(events, [Rule((Refused, Asked), (Confirmed,))], START + timedelta(seconds=6))
    assert (gap.after, gap.seconds) == ("desk.Refused.v1", 1.0)


@pytest.mark.parametrize(
    ("data", "line"),
    [
        ({"order_id": "o", "reason": "out_of_stock", "placed_at": "2026"}, "reason=out_of_stock"),
        ({"lines": [{"sku": "EGGS", "quantity": 2, "line_id": "1"}, {"sku": "M", "quantity": 1}]}, "lines=2xEGGS,1xM"),
        ({"total": {"amount": "3.00", "currency": "EUR"}, "note": None}, "total=3.00 EUR"),
        ({"slot": {"starts_at": "2026-11-21T19:00:00Z", "ends_at": "2026-11-21T19:30:00Z"}},
         "slot=2026-11-21T19:00/19:30"),
        ({"short_lines": [{"sku": "EGGS", "requested": 3, "available": 1}]}, "short_lines=EGGS:3:1"),
        ({"long": "x" * 200}, "long=" + "x" * 94 + "…"),
        ("no object", "no object"),
    ],
)  # fmt: skip
def test_a_line_has_reasons_lines_and_amounts(data: Any, line: str) -> None:
    assert summary_of(data, set()) == line


def test_what_a_line_has_said_the_next_does_not_say_again() -> None:
    shown: set[tuple[str, str]] = set()
    summaries = [summary_of({"store_code": "S1", "lines": [{"sku": "EGGS", "quantity": 2}]}, shown) for _ in range(2)]
    assert summaries == ["store_code=S1  lines=2xEGGS", "lines=2xEGGS"]

"""The check of an order's life bites: it is what the fault tests rely on."""

from typing import Any

import pytest

from tests.system.lives import check_life, end_of


def life(*names: str, sequences: list[int] | None = None) -> list[dict[str, Any]]:
    numbers = sequences or list(range(1, len(names) + 1))
    return [
        {"type": f"orders.{name}.v1", "source": "/orders", "sequence": f"0001-{number:012d}"}
        for name, number in zip(names, numbers, strict=True)
    ]


def test_a_right_life_passes() -> None:
    check_life(life("OrderPlaced", "OrderConfirmed", "PaymentCaptured", "OrderReady", "OrderCompleted"))


@pytest.mark.parametrize(
    "events",
    [
        life("OrderConfirmed", "OrderPlaced"),
        life("OrderPlaced", "OrderReady"),
        life("OrderPlaced", "OrderConfirmed", "OrderCancelled", "OrderCompleted"),
        life("OrderPlaced", "OrderConfirmed", sequences=[1, 3]),
        life("OrderPlaced", "OrderConfirmed", sequences=[2, 1]),
        life("OrderPlaced", "OrderPlaced", sequences=[1, 1]),
    ],
)
def test_a_wrong_life_fails(events: list[dict[str, Any]]) -> None:
    """Out of order, skipped, ended twice, with a gap, numbered the wrong way round, the same twice."""
    with pytest.raises(AssertionError):
        check_life(events)


def test_two_ends_fail() -> None:
    with pytest.raises(AssertionError):
        end_of(life("OrderPlaced", "OrderRejected", "OrderCancelled"))

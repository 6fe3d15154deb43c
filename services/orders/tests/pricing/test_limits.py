"""Sums stay within what money is kept in."""

import pytest
from pydantic import TypeAdapter, ValidationError

from lintel_orders.schemas import LARGEST_STATED, StatedMoney

STATED = TypeAdapter(StatedMoney)


@pytest.mark.parametrize("amount", [LARGEST_STATED, -LARGEST_STATED, 10**15 - 1])
def test_money_beyond_any_till_is_refused(amount: int) -> None:
    """Two such sales for one order once made an order that nobody could read again."""
    with pytest.raises(ValidationError, match="an amount is below"):
        STATED.validate_python({"amount": str(amount), "currency": "USD"})
    assert STATED.validate_python({"amount": str(LARGEST_STATED - 1), "currency": "USD"})

"""GTINs: which are right, and their one form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lintel_catalog.entries.domain.gtin import check_digit, gtin14

DIGITS = "0123456789"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("96385074", "00000096385074"),
        ("036000291452", "00036000291452"),
        ("4006381333931", "04006381333931"),
        ("10614141543219", "10614141543219"),
    ],
)
def test_every_length_is_kept_as_gtin_14(text: str, kept: str) -> None:
    """A till scans 12 digits where the supplier's file has 14."""
    assert gtin14(text) == kept


@pytest.mark.parametrize(
    "text", ["", "4006381333932", "400638133393", "40063813339310", "400638133393x", "٤٠٠٦٣٨١٣٣٣٩٣١"]
)
def test_what_is_no_gtin_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="GTIN"):
        gtin14(text)


@given(st.text(DIGITS, min_size=13, max_size=13), st.integers(0, 13), st.sampled_from(DIGITS))
def test_one_wrong_digit_is_always_found(body: str, place: int, digit: str) -> None:
    """What the check digit is for."""
    right = body + check_digit(body)
    assert gtin14(right) == right
    wrong = right[:place] + digit + right[place + 1 :]
    if wrong != right:
        with pytest.raises(ValueError, match="check digit"):
            gtin14(wrong)

"""The number by which people speak of an order."""

import secrets

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Base 32 without letters that are mistaken for digits (Douglas Crockford)."""


def new_number() -> str:
    """Nine random characters in threes, such as 7K3-9QX-M2P. Whoever stores it sees to it that it is unique."""
    drawn = secrets.randbits(45)
    digits = [_CROCKFORD[drawn >> shift & 31] for shift in range(0, 45, 5)]
    return "-".join("".join(digits[start : start + 3]) for start in (0, 3, 6))


def lowest_and_highest(beginning: str) -> tuple[str, str]:
    """The first and the last number that begin so, in any collation: numbers are all of one shape."""
    return beginning + "000-000-000"[len(beginning) :], beginning + "ZZZ-ZZZ-ZZZ"[len(beginning) :]

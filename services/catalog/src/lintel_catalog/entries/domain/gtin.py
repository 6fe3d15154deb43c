"""Global Trade Item Numbers (GS1 General Specifications, section 7.9: the check digit)."""

_LENGTHS = frozenset({8, 12, 13, 14})


def gtin14(text: str) -> str:
    """A GTIN-8, -12, -13 or -14 as GTIN-14. Raise ValueError for a wrong length or check digit."""
    if len(text) not in _LENGTHS or not (text.isascii() and text.isdigit()):
        raise ValueError("a GTIN has 8, 12, 13 or 14 digits")
    padded = text.zfill(14)
    if check_digit(padded[:-1]) != padded[-1]:
        raise ValueError("the GTIN's check digit is wrong")
    return padded


def check_digit(digits: str) -> str:
    """What makes the weighted sum a multiple of ten: weights 3 and 1 in turn, from the right."""
    weighted = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-weighted % 10)

"""What of an event's data is worth a line of text: reasons, lines, amounts; not what the line shows already."""

from typing import Any

import orjson

_WIDTH = 100
_SHOWN_BY_THE_LINE = ("order_id", "owner", "channel")


def summary_of(data: Any, shown: set[tuple[str, str]]) -> str:
    """One line, cut where it gets long. Moments are left to the envelope's time, and what is in `shown` is left out.

    Plain members are added to `shown`: an order's store appears once, its lines with each event.
    """
    if not isinstance(data, dict):
        return _brief(data)
    kept = []
    for name, value in data.items():
        if (
            name in _SHOWN_BY_THE_LINE
            or name.endswith("_at")
            or value in (None, [], {}, "")
            or (name, str(value)) in shown
        ):
            continue
        if isinstance(value, str):
            shown.add((name, value))
        kept.append(f"{name}={_brief(value)}")
    line = "  ".join(kept)
    return line if len(line) <= _WIDTH else line[: _WIDTH - 1] + "…"


def _brief(value: Any) -> str:
    match value:
        case {"amount": amount, "currency": currency}:
            return f"{amount} {currency}"
        case {"starts_at": start, "ends_at": end}:
            return f"{start[:16]}/{end[11:16]}"
        case {"sku": sku, "quantity": quantity}:
            return f"{quantity}x{sku}"
        case dict():
            return ":".join(map(_brief, value.values()))
        case list():
            return ",".join(map(_brief, value))
    return value if isinstance(value, str) else orjson.dumps(value).decode()

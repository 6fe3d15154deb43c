"""What of an event's data is worth a line of text: reasons, lines, amounts; not what the line says already."""

from typing import Any

import orjson

_WIDTH = 100
_SAID_BY_THE_LINE = ("order_id", "owner", "channel")


def telling(data: Any, said: set[tuple[str, str]]) -> str:
    """One line, cut where it gets long. Moments are left to the envelope's time, and what was `said` is not said again.

    Plain members are added to `said`: the store of an order is told once, its lines with each event.
    """
    if not isinstance(data, dict):
        return _brief(data)
    kept = []
    for name, value in data.items():
        if (
            name in _SAID_BY_THE_LINE
            or name.endswith("_at")
            or value in (None, [], {}, "")
            or (name, str(value)) in said
        ):
            continue
        if isinstance(value, str):
            said.add((name, value))
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

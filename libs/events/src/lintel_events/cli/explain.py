"""`lintel-events explain`: one order's whole life on one screen."""

import argparse
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from lintel_events.cli.output import show
from lintel_events.cli.reports import summary_of
from lintel_events.cli.verbs import Verbs
from lintel_events.log.cloudevent import Envelope
from lintel_events.operate.explain import Gap, Life, explain


def add(verbs: Verbs) -> None:
    verb = verbs.add_parser("explain", help="one order's whole life: what happened, what did not, what was laid aside")
    verb.add_argument("order_id")
    verb.set_defaults(run=_explain)


async def _explain(arguments: argparse.Namespace) -> None:
    life = await explain(arguments.kafka, arguments.order_id, datetime.now(UTC))
    show(arguments, _objects(life) if arguments.json else _lines(arguments.order_id, life))


def _objects(life: Life) -> Iterator[dict[str, Any]]:
    for event, line in zip(life.events, _events(life.events), strict=True):
        yield {"event": event.attributes, "offset_s": float(line["offset"]), "cause": line["cause"]}
    yield from ({"gap": asdict(gap)} for gap in life.gaps)
    yield from ({"letter": letter} for letter in life.letters)


def _lines(order_id: str, life: Life) -> Iterator[dict[str, str]]:
    day = f"{life.events[0].time:%Y-%m-%d}" if life.events else "-"
    yield {"head": f"order {order_id}", "day": day, "count": f"{len(life.events)} events"}
    lines = list(_events(life.events))
    widths = {
        name: max((len(line[name]) for line in lines), default=0) for name in ("offset", "type", "cause", "channel")
    }
    for line in lines:
        yield {name: text.ljust(widths.get(name, 0)) for name, text in line.items()}
    yield from ({"gap": _gap(gap)} for gap in life.gaps)
    yield from ({"letter": _letter(letter)} for letter in life.letters)


def _events(events: Sequence[Envelope]) -> Iterator[dict[str, str]]:
    """Time, seconds since the first, type, the type that caused it (or who did), channel, what its data adds."""
    types = {str(event.event_id): event.type for event in events}
    shown: set[tuple[str, str]] = set()
    for event in events:
        yield {
            "time": event.time.astimezone(UTC).time().isoformat("milliseconds"),
            "offset": f"+{(event.time - events[0].time).total_seconds():.3f}",
            "type": _short(event.type),
            "cause": _cause(event.attributes, types),
            "channel": event.attributes.get("channel", "-"),
            "data": summary_of(event.data, shown),
        }


def _cause(event: Mapping[str, str], types: Mapping[str, str]) -> str:
    if cause := event.get("causationid"):
        return f"< {_short(types[cause]) if cause in types else cause}"
    return f"by {event.get('touchpoint') or event.get('actor') or 'a request'}"


def _gap(gap: Gap) -> str:
    answers = " or ".join(_short(event_type).partition(".")[2] for event_type in gap.events)
    return f"! no answer from {gap.service} since {gap.seconds:.0f} s: {answers} after {_short(gap.after)}"


def _letter(letter: Mapping[str, Any]) -> str:
    where = f"{letter['topic']}/{letter['partition']}@{letter['offset']}"
    return f"! laid aside by {letter['consumer_group']}: {where}, {letter['error']} (dead show {letter['id']})"


def _short(event_type: str) -> str:
    """Without its version."""
    return re.sub(r"\.v\d+$", "", event_type)

"""How the demo looks: a bar a stage, a rule a scenario, the events, the table."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from lintel_local.demo.progress import Report
from lintel_local.verify.log import Event

_FILE_WIDTH = 120
_COLOURS = {"orders": "cyan", "inventory": "green", "pickup": "magenta"}
_NOT_SHOWN = (
    "order_id",
    "number",
    "owner",
    "store_code",
    "sku",
    "sale_id",
    "channel",
    "prices_include_tax",
    "register_id",
)


class Terminal:
    def __init__(self) -> None:
        self._console = Console(highlight=False)
        if not self._console.is_terminal:
            self._console.width = _FILE_WIDTH

    def title(self, text: str) -> None:
        self._console.rule(f"[bold]{text}")

    def say(self, text: str) -> None:
        self._console.print(text, markup=False)

    @contextmanager
    def stages(self) -> Iterator[Report]:
        """Draws a bar for each stage that the yielded function is called with."""
        columns = (TextColumn("{task.description:<24}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=self._console) as bars:
            known: dict[str, TaskID] = {}

            def report(stage: str, done: int, total: int) -> None:
                if stage not in known:
                    known[stage] = bars.add_task(stage, total=total)
                bars.update(known[stage], completed=done, total=total)

            yield report

    def events(self, events: Iterable[Event]) -> None:
        """Time, topic, type and what matters of the data."""
        for event in events:
            colour = _COLOURS.get(event.topic.partition(".")[0], "white")
            moment = event.time[11:23]
            head = f"[dim]{moment}[/dim] {event.topic:<22} [{colour}]{event.type:<24}[/{colour}] "
            self._console.print(f"{head}{escape(_summary(event))}", no_wrap=True, overflow="ellipsis", crop=True)

    def table(self, title: str, rows: Mapping[str, str]) -> None:
        table = Table(title=title, show_header=False, title_justify="left")
        table.add_column(style="bold")
        table.add_column(justify="right")
        for name, value in rows.items():
            table.add_row(escape(name), escape(value))
        self._console.print(table)


def _summary(event: Event) -> str:
    parts = [_short(name, value) for name, value in event.data.items() if name not in _NOT_SHOWN]
    return f"{event.subject[-4:]}  {'  '.join(part for part in parts if part)}"


def _short(name: str, value: Any) -> str:
    match value:
        case {"amount": amount, "currency": currency}:
            return f"{name} {amount} {currency}"
        case [{"sku": sku, **first}, *more]:
            quantity = next((first[key] for key in ("quantity", "requested") if key in first), "")
            return f"{quantity} of {sku}" + (f" and {len(more)} more" if more else "")
        case bool() | int():
            return f"{name} {value}"
        case str() if not name.endswith(("_at", "_id", "as_of", "collect_by")):
            return f"{name} {value}"
        case _:
            return ""

"""The table of faults and invariants, line by line as rounds end."""

from dataclasses import astuple, fields

from tests.chaos.battery import Counts, Round
from tests.chaos.checker import INVARIANTS

_NAMES = [field.name for field in fields(Counts)]
_WIDTH = max(len(name) for name in _NAMES) + 1
_FAULT = 42


def head() -> str:
    """What the invariants say, and the names of the columns."""
    legend = [f"{name:4} {invariant.__doc__}" for name, invariant in INVARIANTS.items()]
    columns = " ".join(f"{name:>4}" for name in INVARIANTS)
    return "\n".join([*legend, "", f"{'':{_FAULT}}{columns} {_counted(_NAMES)}"])


def line(finished: Round) -> str:
    held = " ".join(f"{'NO' if name in finished.broken else 'held':>4}" for name in INVARIANTS)
    return f"{finished.fault:{_FAULT}}{held} {_counted(astuple(finished.counts))}"


def foot(rounds: list[Round]) -> str:
    """Sums, and in words what was broken."""
    sums = [sum(column) for column in zip(*(astuple(finished.counts) for finished in rounds), strict=True)]
    lines = [f"{len(rounds)} rounds{'':{_FAULT - 7 - len(str(len(rounds)))}}{'':{5 * len(INVARIANTS)}}{_counted(sums)}"]
    for finished in rounds:
        for name, wrong in finished.broken.items():
            lines += [f"{name} was broken by {finished.fault}: {what}" for what in wrong[:10]]
    return "\n".join(lines)


def _counted(values: "list[str] | list[int] | tuple[int, ...]") -> str:
    return "".join(f"{value:>{_WIDTH}}" for value in values)

"""What was checked, how many things were looked at, and what is wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Result:
    """One check's outcome. `wrong` says what is, by an identity that holds the thing and the state it is in."""

    check: str
    looked_at: int
    wrong: Mapping[str, str] = field(default_factory=dict)

    def still(self, again: "Result") -> "Result":
        """What was wrong and is so again, unmoved."""
        return replace(again, wrong={one: said for one, said in again.wrong.items() if one in self.wrong})

    @property
    def examples(self) -> list[str]:
        return list(islice(self.wrong.values(), EXAMPLES))


@dataclass(frozen=True, slots=True)
class Report:
    results: tuple[Result, ...]

    @property
    def wrong(self) -> int:
        return sum(len(result.wrong) for result in self.results)

    @property
    def faults(self) -> list[str]:
        """All of them, each with the name of its check."""
        return [f"{result.check}: {said}" for result in self.results for said in result.wrong.values()]

    def of(self, check: str) -> Result:
        return next(result for result in self.results if result.check == check)

    def json(self) -> list[dict[str, Any]]:
        return [
            {
                "check": result.check,
                "looked_at": result.looked_at,
                "wrong": len(result.wrong),
                "examples": result.examples,
            }
            for result in self.results
        ]

    def __str__(self) -> str:
        width = max(len(result.check) for result in self.results)
        lines = [f"{'check':<{width}}  {'looked at':>10}  {'wrong':>7}"]
        for result in self.results:
            lines.append(f"{result.check:<{width}}  {result.looked_at:>10,}  {len(result.wrong):>7,}")
            lines += [f"    {example}" for example in result.examples]
        return "\n".join(lines)


def persisting(before: Sequence[Result], again: Sequence[Result]) -> list[Result]:
    """The results of the same checks, with what was wrong both times."""
    return [result.still(other) for result, other in zip(before, again, strict=True)]

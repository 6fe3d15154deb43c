"""What the demo measured: the table at its end, and `.lintel/demo.json`."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lintel_local.demo.data.dataset import Dataset
from lintel_local.demo.replay import IN_FLIGHT, Outcome
from lintel_local.verify import Report
from lintel_local.verify.checks import OVERSOLD

_FEWEST, _MOST = 0.10, 0.30


@dataclass(frozen=True, slots=True)
class Summary:
    outcomes: Sequence[Outcome]
    replay_seconds: float
    lines: int
    events: Counter[str]
    """Read from Kafka while the baskets were replayed, by topic."""
    verified: Report
    data: Dataset
    stages: dict[str, float]
    """Seconds of each."""

    @property
    def rejected_share(self) -> float:
        return len([outcome for outcome in self.outcomes if outcome.status == "rejected"]) / len(self.outcomes)

    def faults(self) -> list[str]:
        """What keeps the demo from having gone well."""
        faults = self.verified.faults
        if not _FEWEST <= self.rejected_share <= _MOST:
            faults.append(f"{self.rejected_share:.0%} of the baskets were rejected")
        return faults

    def json(self) -> dict[str, Any]:
        """As written to demo.json."""
        fast = self._confirmed_ms()
        return {
            "stores": len(self.data.stores),
            "products": len(self.data.products),
            "baskets": len(self.outcomes),
            "lines": self.lines,
            "in_flight": IN_FLIGHT,
            "orders": dict(Counter(_name(outcome) for outcome in self.outcomes)),
            "orders_per_second": round(len(self.outcomes) / self.replay_seconds, 1),
            "place_to_confirmed_ms": {"p50": _quantile(fast, 0.50), "p99": _quantile(fast, 0.99)},
            "events": dict(self.events),
            "checked": self.verified.json(),
            "oversold": len(self.verified.of(OVERSOLD).wrong),
            "faults": self.faults(),
            "seconds": {name: round(seconds, 1) for name, seconds in self.stages.items()},
        }

    def rows(self) -> dict[str, str]:
        """As shown at the end."""
        found = self.json()
        orders = {f"orders {name}": str(count) for name, count in sorted(found["orders"].items())}
        return {
            "real baskets": f"{found['baskets']} with {found['lines']} lines, {IN_FLIGHT} in flight",
            **orders,
            "rejected": f"{self.rejected_share:.0%}",
            "orders per second": str(found["orders_per_second"]),
            "placed to confirmed p50": f"{found['place_to_confirmed_ms']['p50']} ms",
            "placed to confirmed p99": f"{found['place_to_confirmed_ms']['p99']} ms",
            "events of the replay": str(sum(self.events.values())),
            "checks": f"{len(self.verified.results)}, {self.verified.wrong} things wrong",
            "oversold": f"{found['oversold']} products",
        }

    def _confirmed_ms(self) -> list[float]:
        return sorted(1000 * outcome.seconds for outcome in self.outcomes if outcome.status == "confirmed")


def _name(outcome: Outcome) -> str:
    return f"{outcome.status} ({outcome.reason})" if outcome.reason else outcome.status


def _quantile(ordered: Sequence[float], share: float) -> int:
    """The nearest rank; 0 of nothing."""
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))]) if ordered else 0

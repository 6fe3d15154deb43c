"""What the demo measured: the table at its end, and `.lintel/demo.json`."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lintel_local.demo.replay import IN_FLIGHT, Outcome
from lintel_local.demo.stockroom import Stockroom
from lintel_local.verify import Report
from lintel_local.verify.judge import OVERSOLD

_FEWEST, _MOST = 0.10, 0.30


@dataclass(frozen=True, slots=True)
class SqlGauges:
    outcomes: Sequence[Outcome]
    replay_seconds: float
    lines: int
    events: Counter[str]
    """Read from Kafka while the baskets were replayed, by topic."""
    verified: Report
    room: Stockroom
    stages: dict[str, float]
    """Seconds of each."""

    @property
    def rejected_share(self) -> float:
        return len([one for one in self.outcomes if one.status == "rejected"]) / len(self.outcomes)

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
            "stores": len(self.room.stores),
            "products": len(self.room.products),
            "baskets": len(self.outcomes),
            "lines": self.lines,
            "in_flight": IN_FLIGHT,
            "orders": dict(Counter(_name(one) for one in self.outcomes)),
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
        told = self.json()
        orders = {f"orders {name}": str(count) for name, count in sorted(told["orders"].items())}
        return {
            "real baskets": f"{told['baskets']} with {told['lines']} lines, {IN_FLIGHT} in flight",
            **orders,
            "told no": f"{self.rejected_share:.0%}",
            "orders per second": str(told["orders_per_second"]),
            "placed to confirmed p50": f"{told['place_to_confirmed_ms']['p50']} ms",
            "placed to confirmed p99": f"{told['place_to_confirmed_ms']['p99']} ms",
            "events of the replay": str(sum(self.events.values())),
            "checks": f"{len(self.verified.results)}, {self.verified.wrong} things wrong",
            "oversold": f"{told['oversold']} products",
        }

    def _confirmed_ms(self) -> list[float]:
        return sorted(1000 * one.seconds for one in self.outcomes if one.status == "confirmed")


def _name(outcome: Outcome) -> str:
    return f"{outcome.status} ({outcome.reason})" if outcome.reason else outcome.status


def _quantile(ordered: Sequence[float], share: float) -> int:
    """The nearest rank; 0 of nothing."""
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))]) if ordered else 0

"""What deploy/observability asks of Prometheus, taken apart."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import promql_parser as promql
import yaml

ROOT = Path(__file__).parents[2]
PLACE = ROOT / "deploy" / "observability"
_SHOWN = re.compile(r"\{\{\s*(?:\$labels\.)?(\w+)\s*\}\}")


@dataclass(frozen=True)
class Query:
    """One expression, and the text that shows its result by `{{label}}`."""

    where: str
    expression: str
    shown: str

    def __str__(self) -> str:
        return self.where

    def parsed(self) -> promql.Expr:
        """With Grafana's variables filled in. Raise ValueError for what is no PromQL."""
        return promql.parse(self.expression.replace("$__rate_interval", "5m").replace("$service", ".*"))

    def selectors(self) -> list[promql.VectorSelector]:
        return [node for node in _nodes(self.parsed()) if isinstance(node, promql.VectorSelector)]

    def grouped_by(self) -> Iterator[tuple[set[str], list[promql.VectorSelector]]]:
        """The labels that each part groups or matches by, and the metrics that it does so with."""
        for node in _nodes(self.parsed()):
            below = [part for part in _nodes(node) if isinstance(part, promql.VectorSelector)]
            if isinstance(node, promql.AggregateExpr) and node.modifier:
                yield set(node.modifier.labels), below
            if isinstance(node, promql.BinaryExpr) and node.modifier and node.modifier.matching:
                yield set(node.modifier.matching.labels), below

    def labels_shown(self) -> set[str]:
        return set(_SHOWN.findall(self.shown)) - {"value"}


def alerts() -> list[dict[str, Any]]:
    groups = yaml.safe_load((PLACE / "alerts.yml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def targets() -> list[dict[str, Any]]:
    """Whom Prometheus scrapes, and which labels it gives them."""
    [job] = yaml.safe_load((PLACE / "prometheus.yml").read_text())["scrape_configs"]
    return list(job["static_configs"])


def queries() -> list[Query]:
    panels = json.loads((PLACE / "dashboard.json").read_text())["panels"]
    return [Query(rule["alert"], rule["expr"], rule["annotations"]["summary"]) for rule in alerts()] + [
        Query(panel["title"], target["expr"], target["legendFormat"])
        for panel in panels
        for target in panel.get("targets", ())
    ]


def _nodes(expression: promql.Expr) -> list[promql.Expr]:
    found: list[promql.Expr] = []
    promql.walk(expression, found.append)
    return found

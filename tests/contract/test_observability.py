"""Alerts, dashboard and runbooks speak of what the services really tell."""

import re
from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import Any

import asyncpg
import httpx
import pytest
from prometheus_client import REGISTRY

from lintel_chassis.worker.gauges import OF_EVERY_SERVICE
from lintel_chassis.worker.supervisor import STATES
from lintel_local.services import ALL
from lintel_orders.figures import ORDERS
from lintel_pickup.figures import PICKUPS
from tests.system.observability import ROOT, Query, alerts, queries, targets
from tests.system.running import System, until

for service in ALL:
    import_module(f"{service.module}.app")

BY_PROMETHEUS = {"job", "instance", "service"}
every_query = pytest.mark.parametrize("query", queries(), ids=str)
every_alert = pytest.mark.parametrize("alert", alerts(), ids=lambda alert: alert["alert"])


def _labels(series: str | None) -> set[str]:
    """What the series of this name are told apart by; KeyError when nothing here is named so."""
    if series == "up":
        return BY_PROMETHEUS
    own = set(REGISTRY._names_to_collectors[series or ""]._labelnames)  # type: ignore[attr-defined] # told nowhere else
    return BY_PROMETHEUS | own | ({"le"} if (series or "").endswith("_bucket") else set())


@every_query
def test_it_asks_for_series_and_labels_that_there_are(query: Query) -> None:
    """An alert on a name that nobody exports any more is silent for ever."""
    for selector in query.selectors():
        assert {matcher.name for matcher in selector.matchers.matchers} <= _labels(selector.name), str(selector)


@every_query
def test_it_groups_and_shows_by_labels_that_there_are(query: Query) -> None:
    for names, below in query.grouped_by():
        assert names <= set.union(*(_labels(selector.name) for selector in below))
    assert query.labels_shown() <= set.union(*(_labels(selector.name) for selector in query.selectors()))


@every_query
def test_it_asks_for_states_that_works_can_be_in(query: Query) -> None:
    for selector in query.selectors():
        if selector.name == "lintel_worker_state":
            asked = {matcher.name: matcher.value for matcher in selector.matchers.matchers}
            assert asked["state"] in STATES


@every_alert
def test_an_alert_leads_to_a_page_that_says_where_to_look(alert: dict[str, Any]) -> None:
    page, _, anchor = alert["annotations"]["runbook"].partition("#")
    text = (ROOT / page).read_text()
    assert anchor in {_anchor(heading) for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE)}
    for linked in re.findall(r"\]\(([\w.-]+\.md)\)", text):
        assert (ROOT / "docs" / "runbooks" / linked).exists(), f"{page} leads to {linked}"


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


@every_alert
def test_an_alert_says_how_urgent_it_is(alert: dict[str, Any]) -> None:
    assert alert["labels"] == {"severity": alert["labels"]["severity"]}
    assert alert["labels"]["severity"] in {"page", "ticket"}


def test_prometheus_reads_every_service_where_it_listens() -> None:
    found = {(one["labels"]["service"], *one["targets"]) for one in targets()}
    assert found == {(service.name, f"127.0.0.1:{service.port}") for service in ALL}


@pytest.mark.e2e
async def test_running_services_export_every_metric_that_is_asked_for(system: System) -> None:
    exported = await _exported(system)
    families = set(re.findall(r"^# TYPE (\w+) ", exported, re.MULTILINE))
    asked = {selector.name or "" for query in queries() for selector in query.selectors()} - {"up"}
    assert {re.sub(r"_(bucket|sum|count)$", "", name) for name in asked} <= families


@pytest.mark.e2e
async def test_one_process_of_each_running_service_leads_its_relay(system: System) -> None:
    async def each_is_led() -> bool:
        states = re.findall(r'lintel_worker_state\{state="running",worker="relay"\} (.*)', await _exported(system))
        return states == ["1.0"] * len(ALL)

    await until(each_is_led)


async def _exported(system: System) -> str:
    async with httpx.AsyncClient() as client:
        return "".join([(await client.get(f"{system.address(one.name)}/metrics")).text for one in ALL])


FILLED = {
    "lintel_orders": """
        INSERT INTO orders (id, number, owner, channel, store_code, content, currency, total, paid, payment_method,
                            payment_status, status, stock_reserved, placed_at, sequence)
        SELECT uuidv7()::text, n::text, NULL, 'web', 's', json_build_object('lines', repeat('x', 500)), 'USD', 1, 0,
               'external', 'none', 'placed', false, now(), 1 FROM generate_series(1, 40000) AS n;
        INSERT INTO outbox (topic, partition, key, event_id, headers, payload)
        SELECT 't', 0, 'k', gen_random_uuid(), '{}', convert_to(repeat('x', 500), 'UTF8')
        FROM generate_series(1, 40000);
        INSERT INTO mirror SELECT 'catalog.products', n::text, '1', '{}', now() FROM generate_series(1, 40000) AS n;
        INSERT INTO consumer_offsets SELECT 'orders', 'topic-' || n, 0, 0 FROM generate_series(1, 60) AS n
    """,
    "lintel_pickup": """
        INSERT INTO pickups (order_id, store_code, status, lines, attempts, sequence)
        SELECT uuidv7()::text, 's', 'ready', '[]', 0, 1 FROM generate_series(1, 40000)
    """,
}
WATCHED = [*(("lintel_orders", figures) for figures in (*OF_EVERY_SERVICE, ORDERS)), ("lintel_pickup", PICKUPS)]
GROWING = ("outbox", "mirror", "orders", "pickups")


@pytest.mark.integration
@pytest.mark.parametrize("package", FILLED)
async def test_no_figure_is_read_from_a_whole_table(
    new_database: Callable[[str], Awaitable[str]], package: str
) -> None:
    """They are read every ten seconds, however large the tables have grown."""
    connection = await asyncpg.connect(await new_database(package))
    try:
        await connection.execute(FILLED[package])
        await connection.execute("VACUUM ANALYZE")
        for figures in [figures for of, figures in WATCHED if of == package]:
            plan = "\n".join([row[0] for row in await connection.fetch(f"EXPLAIN {figures.sql}")])
            assert not re.search(rf"Seq Scan on ({'|'.join(GROWING)})\b", plan), plan
    finally:
        await connection.close()

"""Alerts, dashboard and runbooks speak of what the services really tell."""

import re
from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import Any

import asyncpg
import httpx
import pytest
from prometheus_client import REGISTRY

from lintel_chassis.service import Service
from lintel_chassis.worker.gauges import OF_EVERY_SERVICE
from lintel_chassis.worker.supervisor import STATES
from lintel_local.services import ALL
from tests.system.observability import ROOT, Query, alerts, queries, targets
from tests.system.running import System, until

SERVICES: dict[str, Service[Any]] = {service.module: import_module(f"{service.module}.app").SERVICE for service in ALL}

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
    found = {(target["labels"]["service"], *target["targets"]) for target in targets()}
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
        return "".join([(await client.get(f"{system.address(service.name)}/metrics")).text for service in ALL])


BACKBONE = """
    INSERT INTO outbox (topic, partition, key, event_id, headers, payload)
    SELECT 't', 0, 'k', gen_random_uuid(), '{}', convert_to(repeat('x', 500), 'UTF8') FROM generate_series(1, 40000);
    INSERT INTO mirror SELECT 'catalog.products', n::text, '1', '{}', now() FROM generate_series(1, 40000) AS n;
    INSERT INTO consumer_offsets SELECT 'group', 'topic-' || n, 0, 0 FROM generate_series(1, 60) AS n
"""
OWN = {
    "lintel_orders": """
        INSERT INTO orders (id, number, owner, channel, store_code, content, currency, total, paid, payment_method,
                            payment_status, status, stock_reserved, placed_at, sequence)
        SELECT uuidv7()::text, n::text, NULL, 'web', 's', json_build_object('lines', repeat('x', 500)), 'USD', 1, 0,
               'external', 'none', 'placed', false, now(), 1 FROM generate_series(1, 40000) AS n
    """,
    "lintel_pickup": """
        INSERT INTO pickups (order_id, store_code, status, lines, attempts, sequence)
        SELECT uuidv7()::text, 's', 'ready', '[]', 0, 1 FROM generate_series(1, 40000)
    """,
}
GROWING = ("outbox", "mirror", "orders", "pickups")


def test_every_service_with_gauges_of_its_own_is_filled_for_the_next_test() -> None:
    assert {module for module, service in SERVICES.items() if service.gauges} == set(OWN)


@pytest.mark.integration
@pytest.mark.parametrize("module", OWN)
async def test_no_gauge_is_read_from_a_whole_table(new_database: Callable[[str], Awaitable[str]], module: str) -> None:
    """They are read every ten seconds, however large the tables have grown."""
    connection = await asyncpg.connect(await new_database(module))
    try:
        await connection.execute(BACKBONE)
        await connection.execute(OWN[module])
        await connection.execute("VACUUM ANALYZE")
        for gauges in (*OF_EVERY_SERVICE, *SERVICES[module].gauges):
            plan = "\n".join([row[0] for row in await connection.fetch(f"EXPLAIN {gauges.sql}")])
            assert not re.search(rf"Seq Scan on ({'|'.join(GROWING)})\b", plan), plan
    finally:
        await connection.close()

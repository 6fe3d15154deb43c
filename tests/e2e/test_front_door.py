"""The front door before the real services: pages of the API, and pages of what can go wrong."""

import re
from urllib.parse import urljoin

import pytest

from lintel_local.services import ALL
from tests.system.openapi import DOCS
from tests.system.shop import Shop

pytestmark = pytest.mark.e2e

SLUGS = sorted(set(re.findall(r"^\| `(\w+)`", (DOCS / "problems.md").read_text(), re.MULTILINE)))


@pytest.mark.parametrize("service", [service.name for service in ALL])
async def test_a_services_api_page_finds_its_document(shop: Shop, service: str) -> None:
    """Seen through the front door the page stands in a folder of the service."""
    page = await shop.client.get(f"/{service}/docs")
    [address] = re.findall(r"url: '([^']+)'", page.text)
    document = await shop.client.get(urljoin(str(page.url), address))
    assert document.json()["paths"]
    assert document.json()["info"]["title"] in page.text


@pytest.mark.parametrize("slug", SLUGS)
async def test_every_problem_has_its_page(shop: Shop, slug: str) -> None:
    """Whichever service answered with it."""
    page = await shop.client.get(f"/problems/{slug}")
    assert page.status_code == 200, page.text
    assert page.text.startswith("<!doctype html>")

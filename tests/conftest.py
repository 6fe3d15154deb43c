"""One running system for all tests that cross services; each makes stores, products and shoppers of its own."""

from collections.abc import AsyncIterator

import pytest

from tests.system.log import Log
from tests.system.running import System, running
from tests.system.shop import Shop


@pytest.fixture(scope="session")
async def system(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[System]:
    """When all have done with it, its books must add up, whatever was killed meanwhile."""
    async with running(tmp_path_factory.mktemp("system")) as started:
        yield started
        report = await started.verify(whole_log=True, patience_s=60)
    assert not report.wrong, str(report)


@pytest.fixture
def shop(system: System) -> Shop:
    return system.shop


@pytest.fixture
def log(system: System) -> Log:
    return system.log

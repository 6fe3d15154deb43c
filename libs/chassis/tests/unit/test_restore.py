"""The command that brings a restored service up to the log, before it touches anything."""

from collections.abc import Mapping

import pytest

from lintel_chassis import restore
from lintel_chassis.service import Service
from lintel_chassis.settings import ServiceSettings
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_events.restore.restore import History, Restoration


async def _nothing(_unit: UnitOfWork, _history: History) -> Mapping[str, int]:
    return {}


class _Settings(ServiceSettings):
    port: int = 0


SERVICE = Service(
    name="orders",
    title="orders",
    settings=_Settings,
    routers=(),
    restoration=lambda _: Restoration((), _nothing, {"contacts": "Names and numbers.", "taxes": "Taxes."}),
)
SETTINGS = _Settings(database_url="postgresql://127.0.0.1:9/none", kafka="127.0.0.1:9", issuers=())


@pytest.mark.parametrize("words", [[], ["--without=contacts"], ["--without=taxes", "--check"]])
def test_it_refuses_while_a_part_that_no_event_holds_is_not_named(words: list[str]) -> None:
    """Whoever restores must know what is gone for good, and say so."""
    with pytest.raises(SystemExit) as refused:
        restore.main(SERVICE, SETTINGS, words)
    assert "Go on by --without=contacts,taxes" in str(refused.value.code)


def test_checking_names_touches_nothing() -> None:
    """The database of these settings is not there."""
    restore.main(SERVICE, SETTINGS, ["--check", "--without=contacts,taxes"])

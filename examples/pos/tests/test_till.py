"""What the till remembers, and what it shows of it, without a broker."""

import ast
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lintel_contracts.catalog_prices import PricesChanged, PriceWindow
from lintel_contracts.values import Channel, Money
from listing import price_at
from memory import KnownEvent, Memory, Offset

HERE = Path(__file__).parents[1]
AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
EVENTS = [KnownEvent("t", subject, "T", f"0001-{n:012d}", f"{subject}{n}") for subject in "ab" for n in (1, 2, 3)]


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Memory]:
    with closing(Memory(tmp_path / "till.sqlite")) as opened:
        yield opened


def test_what_is_known_and_that_it_was_read_are_kept_together(memory: Memory) -> None:
    """A till that dies between the two would miss the event, or count it twice."""

    def dying() -> Iterator[Offset]:
        yield Offset("t", 0, 5)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        memory.keep(EVENTS[:1], dying())
    assert (list(memory.of("t")), memory.next_offset("t", 0)) == ([], 0)


def test_an_offset_outlives_the_process(tmp_path: Path) -> None:
    with closing(Memory(tmp_path / "till.sqlite")) as memory:
        memory.keep(EVENTS[:1], [Offset("t", 0, 5)])
    with closing(Memory(tmp_path / "till.sqlite")) as again:
        assert (again.next_offset("t", 0), [event.data for event in again.of("t")]) == (5, ["a1"])


@given(st.permutations(EVENTS + EVENTS))
def test_copies_and_late_records_change_nothing(records: list[KnownEvent]) -> None:
    with closing(Memory(Path(":memory:"))) as memory:
        for record in records:
            memory.keep([record], [])
        assert [event.data for event in memory.of("t")] == ["a3", "b3"]


def test_only_what_is_new_is_news(memory: Memory) -> None:
    assert memory.keep(EVENTS[:2], [])
    assert not memory.keep(EVENTS[:2], [Offset("t", 0, 2)])


def _window(name: str, **settings: object) -> PriceWindow:
    return PriceWindow.model_validate({"price_list": name, "price": Money.of(1, "USD")} | settings)


BASE = _window("base")
LATER = _window("later", valid_from=AT.replace(hour=11))
TILLS = _window("tills", channels=(Channel.STORE,))
HERE_ONLY = _window("here", store_codes=("S1",))
NOT_HERE = [
    _window("elsewhere", store_codes=("S2",)),
    _window("web", channels=(Channel.WEB,)),
    _window("over", valid_until=AT),
    _window("tomorrow", valid_from=AT.replace(hour=13)),
]


@pytest.mark.parametrize(
    ("windows", "price_list"),
    [
        ([BASE, *NOT_HERE], "base"),
        ([BASE, LATER], "later"),
        ([LATER, TILLS], "tills"),
        ([TILLS, HERE_ONLY, BASE], "here"),
    ],
)
def test_the_price_is_that_of_the_most_particular_list(windows: list[PriceWindow], price_list: str) -> None:
    found = price_at(PricesChanged(sku="a", windows=tuple(windows)), "S1", AT)
    assert found is not None
    assert found.price_list == price_list


def test_a_product_may_have_no_price_here() -> None:
    assert price_at(PricesChanged(sku="a", windows=tuple(NOT_HERE)), "S1", AT) is None


def test_an_integrator_needs_the_contracts_and_two_public_packages() -> None:
    trees = [ast.parse(file.read_text()) for file in HERE.glob("*.py")]
    imports = [node for tree in trees for node in ast.walk(tree)]
    names = {alias.name for node in imports if isinstance(node, ast.Import) for alias in node.names}
    names |= {str(node.module) for node in imports if isinstance(node, ast.ImportFrom)}
    foreign = {name.partition(".")[0] for name in names} - sys.stdlib_module_names - {"memory", "listing"}
    assert foreign == {"lintel_contracts", "aiokafka", "cloudevents"}

"""The checker finds each kind of damage, under its own name; a checker that misses one would prove nothing."""

from dataclasses import replace
from typing import Any

import pytest

from tests.chaos.checker import violations
from tests.chaos.evidence import Ahead, Evidence, Seen
from tests.chaos.history import Operations
from tests.system.log import Record

FACTS = [Seen("f1", "note-1", 1, "a", None), Seen("f2", "note-1", 2, "b", None)]
STATES = [Seen("s1", "note-1", 1, "a", None), Seen("s2", "note-1", 2, "b", None)]
ECHOES = [Seen("e1", "note-1", 1, "", "f1"), Seen("e2", "note-1", 2, "", "f2")]
SOUND = Evidence(
    operations=Operations(ok={"a"}, failed={"c"}, unknown={"b", "d"}),
    written={"a": ("note-1", 1), "b": ("note-1", 2)},
    facts=FACTS,
    states=STATES,
    echoes=ECHOES,
    effects=[("note-1", 1), ("note-1", 2)],
    inbox=["f1", "f2"],
    mirror={"note-1": 2},
    rebuilt={"note-1": 2},
)
POISON = Seen("p1", "poison-0", 1, "b", None)
DAMAGE: dict[str, tuple[set[str], dict[str, Any]]] = {
    "an acknowledged operation was not committed": ({"I1"}, {"operations": Operations({"a", "d"}, {"c"}, {"b"})}),
    "a committed one is not in the log": (
        {"I1", "I4"},
        {"facts": FACTS[:1], "effects": [("note-1", 1), ("note-1", 2)]},
    ),
    "an old state is the last": ({"I1", "I3", "I9"}, {"states": [*STATES, STATES[0]]}),
    "the log has what was never committed": ({"I2"}, {"states": [Seen("s0", "note-1", 0, "d", None), *STATES]}),
    "what failed was committed": ({"I2"}, {"operations": Operations({"a"}, {"b"}, set())}),
    "first occurrences in the wrong order": ({"I3"}, {"facts": [FACTS[1], FACTS[0], FACTS[1]]}),
    "an effect is missing": ({"I4"}, {"effects": [("note-1", 2)]}),
    "an effect happened twice": ({"I4"}, {"effects": [("note-1", 1), ("note-1", 2), ("note-1", 2)]}),
    "Kafka had an offset first": ({"I5"}, {"ahead": ["facts/0@7"]}),
    "received and not answered": ({"I6"}, {"echoes": ECHOES[:1]}),
    "answered and not received": ({"I6"}, {"inbox": ["f1"]}),
    "answered twice": ({"I6"}, {"echoes": [*ECHOES, Seen("e3", "note-1", 3, "", "f2")]}),
    "poison without a letter": ({"I7"}, {"facts": [*FACTS, POISON]}),
    "poison had an effect": ({"I7"}, {"effects": [*SOUND.effects, ("poison-0", 1)]}),
    "an outbox does not empty": ({"I8"}, {"waiting": 1}),
    "a consumer stays behind": ({"I8"}, {"behind": True}),
    "a mirror is not what was rebuilt": ({"I9"}, {"rebuilt": {"note-1": 1}}),
    "a process had to be killed": ({"I10"}, {"late": ["shop"]}),
}


def test_nothing_is_said_of_sound_evidence() -> None:
    """Duplicates of a whole pass are no damage, nor are operations of which nobody can tell."""
    repeated = replace(SOUND, facts=FACTS * 2, states=STATES * 2, echoes=ECHOES * 2)

    assert violations(SOUND) == violations(repeated) == {}
    assert repeated.duplicates == 6


@pytest.mark.parametrize("damage", DAMAGE)
def test_each_damage_is_found_under_its_name(damage: str) -> None:
    broken, changes = DAMAGE[damage]

    assert violations(replace(SOUND, **changes)).keys() == broken


def test_a_poisoned_key_may_wait_with_a_letter_while_the_others_go_on() -> None:
    assert violations(replace(SOUND, facts=[*FACTS, POISON], letters=["poison-0"])) == {}


def test_kafka_may_be_ahead_by_transaction_markers_only() -> None:
    """A marker takes an offset and is no record: `position()` counts it, the database cannot."""
    record = Record("facts", 0, 7, "note-1", b"{}", {})

    assert Ahead("facts", 0, database=8, kafka=9).over([record]) == []
    assert Ahead("facts", 0, database=7, kafka=9).over([record]) == ["facts/0@7"]

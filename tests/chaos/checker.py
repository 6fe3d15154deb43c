"""The invariants: each says what of the evidence contradicts it."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable

from tests.chaos.evidence import Evidence, Seen
from tests.chaos.plan import POISONED

Violations = list[str]


def no_loss(found: Evidence) -> Violations:
    """What is committed is in the log, what a client knows to be committed is, and a key's last state is the newest."""
    logged = {fact.operation for fact in found.facts}
    newest = dict[str, int]()
    for note, n in found.written.values():
        newest[note] = max(n, newest.get(note, 0))
    return [
        *_named("acknowledged, not committed", found.operations.ok - found.written.keys()),
        *_named("committed, not in the log", found.written.keys() - logged),
        *_named("not the newest state at the end of the log", newest.items() ^ _last(found.states).items()),
    ]


def no_ghosts(found: Evidence) -> Violations:
    """The log has only what was committed, and nothing that failed was."""
    logged = {record.operation for record in (*found.facts, *found.states)}
    return [
        *_named("in the log, not committed", logged - found.written.keys()),
        *_named("committed, though it failed", found.operations.failed & found.written.keys()),
    ]


def in_order(found: Evidence) -> Violations:
    """First occurrences of each key are 1, 2, 3, ..., and its last record is its newest."""
    wrong = []
    for stream in (found.facts, found.states, found.echoes):
        numbers = defaultdict[str, list[int]](list)
        for record in stream:
            numbers[record.note].append(record.n)
        for note, seen in numbers.items():
            first = list(dict.fromkeys(seen))
            if first != sorted(first) or seen[-1] != max(seen):
                wrong.append(f"{note} out of order: {seen[:50]}")
    return wrong


def every_effect_once(found: Evidence) -> Violations:
    """The reader's state is what the log makes of it."""
    wanted = Counter({(fact.note, fact.n): 1 for fact in found.facts if fact.note not in POISONED})
    had = Counter(effect for effect in found.effects if effect[0] not in POISONED)
    return [*_named("without effect", wanted - had), *_named("an effect too many", had - wanted)]


def kafka_never_ahead(found: Evidence) -> Violations:
    """Kafka has an offset after the database only."""
    return _named("committed to Kafka before it was applied", found.ahead)


def received_and_answered(found: Evidence) -> Violations:
    """An event is in the inbox if and only if what it led to is in the log, as one event."""
    answers = Counter({echo.event_id: echo.cause for echo in found.echoes}.values())
    inbox = set(found.inbox)
    return [
        *_named("in the inbox, without an answer", inbox - answers.keys()),
        *_named("answered, not in the inbox", answers.keys() - inbox),
        *_named("answered twice", [cause for cause, count in answers.items() if count > 1]),
    ]


def poison_stays_where_it_is(found: Evidence) -> Violations:
    """A poisoned key has no effect and a letter; that the others went on is the business of every effect once."""
    poisoned = {fact.note for fact in found.facts} & set(POISONED)
    return [
        *_named("an effect of poison", [note for note, _ in found.effects if note in POISONED]),
        *_named("poison without a letter", poisoned - set(found.letters)),
        *_named("a letter without poison", set(found.letters) - poisoned),
    ]


def comes_to_rest(found: Evidence) -> Violations:
    """Outbox and lag reach nothing."""
    waiting = [f"{found.waiting} rows wait in an outbox"] if found.waiting else []
    return waiting + (["a consumer is behind"] if found.behind else [])


def rebuilt_is_live(found: Evidence) -> Violations:
    """A mirror built anew equals the live one, and both the log."""
    return [
        *_named("live mirror and log differ", found.mirror.items() ^ _last(found.states).items()),
        *_named("rebuilt and live mirror differ", found.rebuilt.items() ^ found.mirror.items()),
    ]


def ends_on_sigterm(found: Evidence) -> Violations:
    """SIGTERM ends a process within its deadline, and nothing else does."""
    return _named("did not end as it should", found.late)


INVARIANTS: dict[str, Callable[[Evidence], Violations]] = {
    "I1": no_loss,
    "I2": no_ghosts,
    "I3": in_order,
    "I4": every_effect_once,
    "I5": kafka_never_ahead,
    "I6": received_and_answered,
    "I7": poison_stays_where_it_is,
    "I8": comes_to_rest,
    "I9": rebuilt_is_live,
    "I10": ends_on_sigterm,
}


def violations(found: Evidence) -> dict[str, Violations]:
    """Of each invariant that does not hold."""
    return {name: wrong for name, invariant in INVARIANTS.items() if (wrong := invariant(found))}


def _last(stream: Iterable[Seen]) -> dict[str, int]:
    return {record.note: record.n for record in stream}


def _named(what: str, which: Iterable[object]) -> Violations:
    return [f"{what}: {thing}" for thing in which]

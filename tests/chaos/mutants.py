"""Ten ways to break the backbone, and the test that must notice each: `python -m tests.chaos.mutants`.

A mutant is an exact replacement in a copy of the libraries, which the test then imports instead of the real ones.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[2]
LIBRARIES = ("events", "chassis")
_EVENTS = "events/src/lintel_events"
_TESTS = "libs/events/tests/integration"


@dataclass(frozen=True, slots=True)
class Edit:
    """`old` stands exactly once in the file, a path below libs."""

    file: str
    old: str
    new: str

    def apply(self, libraries: Path) -> None:
        path = libraries / self.file
        text = path.read_text()
        if text.count(self.old) != 1:
            raise LookupError(f"{self.file} has {text.count(self.old)} times: {self.old}")
        path.write_text(text.replace(self.old, self.new))


@dataclass(frozen=True, slots=True)
class Mutant:
    name: str
    edits: tuple[Edit, ...]
    test: str
    """Its pytest node."""


MUTANTS = (
    Mutant(
        "inbox off",
        (Edit(f"{_EVENTS}/consumer/inbox.py", "(SELECT array_agg(event_id) FROM fresh)", "$8::uuid[]"),),
        f"{_TESTS}/test_consumer.py::test_a_record_appended_twice_is_applied_once",
    ),
    Mutant(
        "offset fence off",
        (Edit(f"{_EVENTS}/consumer/inbox.py", " AND o.next_offset = n.expected\n    RETURNING", "\n    RETURNING"),),
        f"{_TESTS}/test_consumer.py::test_a_zombie_with_an_old_offset_changes_nothing",
    ),
    Mutant(
        "Kafka offset committed first",
        (
            Edit(
                f"{_EVENTS}/consumer/consumer.py",
                "if any(polled.values()):",
                "if any(polled.values()):\n                    await consumer.commit()",
            ),
        ),
        f"{_TESTS}/test_consumer.py::test_kafka_never_hears_of_what_was_polled_and_not_applied",
    ),
    Mutant(
        "gather(send...) instead of a batch",
        (
            Edit(
                f"{_EVENTS}/outbox/relay.py",
                "await producer.send_batch(batch, topic, partition=partition)",
                'asyncio.gather(*(producer.send(topic, r["payload"], r["key"].encode(), partition) for r in rows))',
            ),
        ),
        f"{_TESTS}/test_relay.py::test_a_pass_of_which_kafka_refuses_a_record_is_not_committed_in_part",
    ),
    Mutant(
        "relay without order",
        (Edit(f"{_EVENTS}/outbox/relay.py", "< $2 ORDER BY id", "< $2 ORDER BY md5(id::text)"),),
        f"{_TESTS}/test_publishing.py::test_a_keys_events_keep_their_order_under_concurrent_writers",
    ),
    Mutant(
        "argument-less commit()",
        (Edit(f"{_EVENTS}/consumer/consumer.py", "await consumer.commit(known)", "await consumer.commit()"),),
        f"{_TESTS}/test_consumer.py::test_kafka_never_hears_of_what_was_polled_and_not_applied",
    ),
    Mutant(
        "relay without transaction",
        (
            Edit(f"{_EVENTS}/outbox/producers.py", "transactional_id=transactional_id", "enable_idempotence=True"),
            Edit(f"{_EVENTS}/outbox/relay.py", "await producer.begin_transaction()", ""),
            Edit(f"{_EVENTS}/outbox/relay.py", "await producer.commit_transaction()", ""),
        ),
        f"{_TESTS}/test_failpoints.py::test_a_relay_killed_in_mid_pass_repeats_it_whole_or_not_at_all",
    ),
    Mutant(
        "delete before Kafka commit",
        (
            Edit(
                f"{_EVENTS}/outbox/relay.py",
                "producer = producers.next()",
                'await leader.connection.execute(_DELETE, [row["id"] for row in rows]); producer = producers.next()',
            ),
        ),
        f"{_TESTS}/test_failpoints.py::test_a_relay_killed_in_mid_pass_repeats_it_whole_or_not_at_all",
    ),
    Mutant(
        "deadline fired twice",
        (
            Edit(
                "chassis/src/lintel_chassis/worker/deadlines.py",
                'await deadline.handler(unit, due, rows[0]["at"])',
                'await deadline.handler(unit, due, rows[0]["at"])\n'
                '                await deadline.handler(unit, due, rows[0]["at"])',
            ),
        ),
        "libs/chassis/tests/integration/test_deadlines.py::test_a_deadline_knows_who_caused_it",
    ),
    Mutant(
        "mirror without sequence check",
        (Edit(f"{_EVENTS}/mirror/mirror.py", "\nWHERE excluded.sequence >= mirror.sequence", ""),),
        f"{_TESTS}/test_consumer.py::test_a_mirror_keeps_the_newest_state_of_each_key",
    ),
)


@contextmanager
def mutated(edits: Iterable[Edit]) -> Iterator[Path]:
    """A copy of the libraries with these edits; LookupError where one does not fit any more."""
    with TemporaryDirectory(prefix="lintel-mutant-") as scratch:
        for library in LIBRARIES:
            shutil.copytree(ROOT / "libs" / library / "src", Path(scratch) / library / "src")
        for edit in edits:
            edit.apply(Path(scratch))
        yield Path(scratch)


def failing(libraries: Path, tests: Iterable[str]) -> list[str]:
    """Which of these tests fail on these libraries. RuntimeError when they do not even run."""
    paths = [str(libraries / library / "src") for library in LIBRARIES]
    command = [sys.executable, "-m", "pytest", "-q", "--tb=no", "-rf", "-p", "no:cacheprovider", *tests]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - our own tests
    failed = [line.split()[1] for line in run.stdout.splitlines() if line.startswith("FAILED ")]
    if run.returncode not in (0, 1) or bool(run.returncode) != bool(failed):
        raise RuntimeError(f"the tests did not run:\n{run.stdout}{run.stderr}")
    return failed


def main() -> int:
    tests = list(dict.fromkeys(mutant.test for mutant in MUTANTS))
    with mutated(()) as libraries:
        if failed := failing(libraries, tests):
            print("red though nothing was changed:", *failed)
            return 1
    green = 0
    for mutant in MUTANTS:
        with mutated(mutant.edits) as libraries:
            red = bool(failing(libraries, [mutant.test]))
        print(f"{mutant.name} -> {mutant.test.rpartition('::')[2]}: {'red' if red else 'GREEN'}", flush=True)
        green += not red
    return 1 if green else 0


if __name__ == "__main__":
    sys.exit(main())

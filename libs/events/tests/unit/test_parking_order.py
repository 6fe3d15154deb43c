"""What of a poll is applied and what is parked, decided without a database."""

from collections import defaultdict

from aiokafka import ConsumerRecord
from hypothesis import given
from hypothesis import strategies as st

from lintel_events.consumer.delivery import PolledRecord
from lintel_events.consumer.parking import parking_key, sort_out
from lintel_events.log.cloudevent import MalformedRecordError

KEYS = [b"a", b"b", b"c", b"\xff", None]


def _polled(offset: int, key: bytes | None, *, failed: bool) -> PolledRecord:
    record = ConsumerRecord("topic", 0, offset, 0, 0, key, b"", None, 0, 0, ())
    return PolledRecord(record, error=MalformedRecordError("no event") if failed else None)


POLLS = st.lists(st.tuples(st.sampled_from(KEYS), st.booleans()), max_size=12).map(
    lambda drawn: [_polled(offset, key, failed=failed) for offset, (key, failed) in enumerate(drawn)]
)


@given(POLLS, st.sets(st.sampled_from(["a", "b", "c"])))
def test_a_key_is_applied_up_to_its_first_failure_and_parked_from_there(
    poll: list[PolledRecord], parked: set[str]
) -> None:
    left, waiting = sort_out(poll, {("topic", key) for key in parked})

    by_key = defaultdict(list)
    for polled in poll:
        by_key[parking_key(polled.record)].append(polled)
    for key, arrived in by_key.items():
        first = 0 if key in parked else next((n for n, polled in enumerate(arrived) if polled.error), len(arrived))
        expected = [polled for polled in arrived if not polled.error] if key is None else arrived[:first]
        assert [polled for polled in left if parking_key(polled.record) == key] == expected
        assert [polled for named, polled in waiting if named == key] == ([] if key is None else arrived[first:])


@given(POLLS)
def test_what_is_left_and_what_waits_keep_the_order_of_the_log(poll: list[PolledRecord]) -> None:
    left, waiting = sort_out(poll, set())

    for offsets in ([polled.record.offset for polled in left], [polled.record.offset for _, polled in waiting]):
        assert offsets == sorted(offsets)

"""The envelope is CloudEvents 1.0 in structured JSON: another implementation reads it as we do."""

import json
from contextlib import suppress
from dataclasses import replace
from typing import Any, ClassVar

import orjson
import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_structured_event
from cloudevents.core.formats.json import JSONFormat
from hypothesis import given
from hypothesis import strategies as st

from lintel_events.log.cloudevent import (
    MAX_RECORD_BYTES,
    MalformedRecordError,
    RecordTooLargeError,
    decode,
    encode,
    kafka_headers,
    sequence_text,
)
from lintel_events.log.context import Context
from lintel_events.testing import Noted, ToyTopic


class Here(Noted):
    topic: ClassVar[Any] = ToyTopic("toy.notes")


CONTEXT = Context("request", "command", "web", "web.checkout", "journey", "shopper", "00-trace-span-01", "v=1")
EVENT = Here(note="note-1", n=7, text="été")


def test_the_cloudevents_sdk_reads_what_we_write() -> None:
    record = encode(EVENT, source="/toy", sequence=sequence_text(1, 7), context=CONTEXT)
    headers = dict(kafka_headers(record.headers))

    read = from_structured_event(KafkaMessage(headers, record.key.encode(), record.payload or b""), JSONFormat())

    assert (read.get_specversion(), read.get_id()) == ("1.0", str(record.event_id))
    assert (read.get_source(), read.get_type(), read.get_subject()) == ("/toy", "toy.Noted.v1", "note-1")
    assert read.get_dataschema() == "/schemas/toy.Noted.v1.json"
    assert read.get_datacontenttype() == "application/json"
    assert read.get_extension("sequence") == "0001-000000000007"
    assert read.get_extension("correlationid") == "request"
    assert read.get_data() == {"note": "note-1", "n": 7, "text": "été"}


def test_no_header_looks_like_binary_mode() -> None:
    """A structured event that also carries `ce_` headers is misread as binary by common SDKs."""
    record = encode(EVENT, source="/toy", sequence="1", context=CONTEXT)

    assert [name for name, _ in kafka_headers(record.headers)] == ["content-type", "traceparent", "tracestate"]


def test_what_is_written_is_read() -> None:
    record = encode(EVENT, source="/toy", sequence=sequence_text(1, 7), context=CONTEXT)

    envelope = decode(record.payload, kafka_headers(record.headers))

    assert (envelope.event_id, envelope.type, envelope.subject) == (record.event_id, "toy.Noted.v1", "note-1")
    assert Here.model_validate(envelope.data) == EVENT
    assert envelope.context == replace(CONTEXT, causation_id=str(record.event_id)), (
        "the event is the cause of what follows"
    )


def test_a_record_beyond_the_limit_is_refused() -> None:
    with pytest.raises(RecordTooLargeError):
        encode(Here(note="n", n=1, text="x" * MAX_RECORD_BYTES), source="/toy", sequence="1", context=CONTEXT)


@given(
    st.tuples(st.integers(0, 9999), st.integers(0, 10**12 - 1)),
    st.tuples(st.integers(0, 9999), st.integers(0, 10**12 - 1)),
)
def test_sequences_compare_as_text_as_they_do_as_numbers(first: tuple[int, int], second: tuple[int, int]) -> None:
    """A mirror compares them as text, in SQL too."""
    assert (sequence_text(*first) < sequence_text(*second)) == (first < second)


@given(
    st.binary(max_size=200)
    | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(lambda x: json.dumps(x).encode())
)
def test_whatever_is_no_event_is_malformed_and_nothing_worse(value: bytes) -> None:
    with pytest.raises(MalformedRecordError):
        decode(value, ())


@given(st.data())
def test_an_envelope_with_anything_in_it_is_read_or_malformed(data: st.DataObject) -> None:
    """Third parties may write to a topic: no record may end a consumer."""
    record = encode(EVENT, source="/toy", sequence="1", context=CONTEXT)
    envelope = orjson.loads(record.payload or b"")
    name = data.draw(st.sampled_from(sorted(envelope)))
    anything = (
        st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.text(max_size=20) | st.lists(st.integers(0, 9))
    )
    envelope[name] = data.draw(anything)
    with suppress(MalformedRecordError):
        decode(orjson.dumps(envelope), ())

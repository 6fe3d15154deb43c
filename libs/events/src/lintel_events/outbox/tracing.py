"""The relay's spans: a `send` for each event, in the trace of what caused it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import asyncpg
import orjson
from opentelemetry import trace
from opentelemetry.context import Context as TraceContext

from lintel_events.tracing import TRACER, W3C, carrier_of, ending, is_tracing, place

HeadersOf = Callable[[asyncpg.Record], str]


@contextmanager
def sending(sent: Sequence[int]) -> Iterator[HeadersOf]:
    """Give the headers of an outbox row: with tracing, those of its `send` span.

    Spans are made for the rows whose ids are in `sent` in the end, as failed if the block fails.
    """
    if not is_tracing():
        yield lambda row: str(row["headers"])
        return
    tracer, spans = trace.get_tracer(TRACER), {}

    def headers_of(row: asyncpg.Record) -> str:
        origin = W3C.extract(orjson.loads(row["headers"]), TraceContext())
        span = tracer.start_span(f"send {row['topic']}", origin, trace.SpanKind.PRODUCER, place(row["topic"]))
        spans[row["id"]] = span
        return orjson.dumps(carrier_of(span)).decode()

    with ending(lambda: (spans[row_id] for row_id in sent)):
        yield headers_of

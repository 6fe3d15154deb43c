"""Spans of the backbone, when the process has an OpenTelemetry SDK; without one a trace's ids pass on as they came.

One trace leads from a request over every event that followed from it: the request's span is the parent of the relay's
`send`, that one of the `process` in each consumer group, and that one of the `send` of what its handler published.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import asyncpg
import orjson
from opentelemetry import trace
from opentelemetry.context import Context as TraceContext
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from lintel_events.context import Context
from lintel_events.metrics import HANDLER_SECONDS

if TYPE_CHECKING:
    from lintel_events.delivery import Delivery, Handler

_W3C = TraceContextTextMapPropagator()
_NAME = "lintel_events"

HeadersOf = Callable[[asyncpg.Record], str]


def is_tracing() -> bool:
    """Whether this process makes spans at all."""
    return not isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider)


@contextmanager
def sending(sent: Sequence[int]) -> Iterator[HeadersOf]:
    """Give the headers of an outbox row: with tracing, those of its `send` span.

    Spans are told of the rows whose ids are in `sent` in the end, as failed if the block fails.
    """
    if not is_tracing():
        yield lambda row: str(row["headers"])
        return
    tracer, spans = trace.get_tracer(_NAME), {}

    def headers_of(row: asyncpg.Record) -> str:
        origin = _W3C.extract(orjson.loads(row["headers"]), TraceContext())
        span = tracer.start_span(f"send {row['topic']}", origin, trace.SpanKind.PRODUCER, _place(row["topic"]))
        spans[row["id"]] = span
        return orjson.dumps(_carrier(span)).decode()

    with _told(lambda: (spans[row_id] for row_id in sent)):
        yield headers_of


@contextmanager
def observed(
    consumer_group: str, handler: Handler, deliveries: Sequence[Delivery[Any]]
) -> Iterator[Sequence[Delivery[Any]]]:
    """Time a handler's work on one poll; with tracing, give it deliveries that have a `process` span each.

    What it publishes because of one of them goes on in that one's trace. The handler's own span is linked with all.
    """
    with HANDLER_SECONDS.labels(consumer_group, handler.topics).time():
        if not is_tracing():
            yield deliveries
            return
        tracer = trace.get_tracer(_NAME)
        origins = [_W3C.extract(_headers(delivery.context), TraceContext()) for delivery in deliveries]
        about = {"messaging.consumer.group.name": consumer_group}
        links = [trace.Link(trace.get_current_span(origin).get_span_context()) for origin in origins]
        kind = trace.SpanKind.CONSUMER
        with tracer.start_as_current_span(f"handle {handler.topics}", TraceContext(), kind, about, links) as whole:
            link = trace.Link(whole.get_span_context())
            spans = [
                tracer.start_span(
                    f"process {one.event.type}", origin, kind, about | _place(one.event.topic.name), [link]
                )
                for one, origin in zip(deliveries, origins, strict=True)
            ]
            with _told(lambda: spans):
                yield [_within(span, one) for span, one in zip(spans, deliveries, strict=True)]


@contextmanager
def _told(spans: Callable[[], Iterable[trace.Span]]) -> Iterator[None]:
    failure = None
    try:
        yield
    except BaseException as error:
        failure = type(error).__name__
        raise
    finally:
        for span in spans():
            if failure:
                span.set_status(trace.StatusCode.ERROR, failure)
            span.end()


def _within(span: trace.Span, delivery: Delivery[Any]) -> Delivery[Any]:
    carried = _carrier(span)
    context = replace(delivery.context, traceparent=carried.get("traceparent"), tracestate=carried.get("tracestate"))
    return replace(delivery, context=context)


def _carrier(span: trace.Span) -> dict[str, str]:
    carrier: dict[str, str] = {}
    _W3C.inject(carrier, trace.set_span_in_context(span, TraceContext()))
    return carrier


def _headers(context: Context) -> dict[str, str]:
    found = {"traceparent": context.traceparent, "tracestate": context.tracestate}
    return {name: value for name, value in found.items() if value is not None}


def _place(topic: str) -> dict[str, str]:
    return {"messaging.system": "kafka", "messaging.destination.name": topic}

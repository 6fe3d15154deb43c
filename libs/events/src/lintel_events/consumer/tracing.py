"""A consumer's spans: a `process` for each event in its own trace, and one of the handler that links them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from opentelemetry import trace
from opentelemetry.context import Context as TraceContext

from lintel_events.consumer.handler import Delivery, Handler
from lintel_events.log.context import Context
from lintel_events.metrics import HANDLER_SECONDS
from lintel_events.tracing import TRACER, W3C, carrier_of, ending, is_tracing, place


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
        tracer = trace.get_tracer(TRACER)
        origins = [W3C.extract(_headers(delivery.context), TraceContext()) for delivery in deliveries]
        about = {"messaging.consumer.group.name": consumer_group}
        links = [trace.Link(trace.get_current_span(origin).get_span_context()) for origin in origins]
        kind = trace.SpanKind.CONSUMER
        with tracer.start_as_current_span(f"handle {handler.topics}", TraceContext(), kind, about, links) as whole:
            link = trace.Link(whole.get_span_context())
            spans = [
                tracer.start_span(
                    f"process {delivery.event.type}", origin, kind, about | place(delivery.event.topic.name), [link]
                )
                for delivery, origin in zip(deliveries, origins, strict=True)
            ]
            with ending(lambda: spans):
                yield [_within(span, delivery) for span, delivery in zip(spans, deliveries, strict=True)]


def _within(span: trace.Span, delivery: Delivery[Any]) -> Delivery[Any]:
    carried = carrier_of(span)
    context = replace(delivery.context, traceparent=carried.get("traceparent"), tracestate=carried.get("tracestate"))
    return replace(delivery, context=context)


def _headers(context: Context) -> dict[str, str]:
    found = {"traceparent": context.traceparent, "tracestate": context.tracestate}
    return {name: value for name, value in found.items() if value is not None}

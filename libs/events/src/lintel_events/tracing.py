"""Spans of the backbone, when the process has an OpenTelemetry SDK; without one a trace's ids pass on as they came.

One trace leads from a request over every event that followed from it: the request's span is the parent of the relay's
`send`, that one of the `process` in each consumer group, and that one of the `send` of what its handler published.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.context import Context as TraceContext
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

W3C = TraceContextTextMapPropagator()
TRACER = "lintel_events"


def is_tracing() -> bool:
    """Whether this process makes spans at all."""
    return not isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider)


@contextmanager
def ending(spans: Callable[[], Iterable[trace.Span]]) -> Iterator[None]:
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


def carrier_of(span: trace.Span) -> dict[str, str]:
    carrier: dict[str, str] = {}
    W3C.inject(carrier, trace.set_span_in_context(span, TraceContext()))
    return carrier


def place(topic: str) -> dict[str, str]:
    return {"messaging.system": "kafka", "messaging.destination.name": topic}

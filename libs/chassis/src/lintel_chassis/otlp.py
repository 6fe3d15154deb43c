"""Where spans go: nowhere, or where the standard `OTEL_*` variables say."""

import os
import sys


def export_traces(service: str) -> None:
    """With OTEL_TRACES_EXPORTER=otlp install the SDK, which reads the other variables; needs `lintel-chassis[otlp]`."""
    if os.environ.get("OTEL_TRACES_EXPORTER") != "otlp":
        return
    try:
        # Without the extra they are not there, and without the variable their 20 MiB would be for nothing.
        from opentelemetry import trace  # noqa: PLC0415
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
        from opentelemetry.sdk.resources import SERVICE_NAME, Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    except ImportError:
        sys.exit("OTEL_TRACES_EXPORTER=otlp needs the extra lintel-chassis[otlp]")
    provider = TracerProvider(resource=Resource.create({SERVICE_NAME: service}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)

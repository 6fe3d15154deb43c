"""One trace leads from a request to everything that followed from it, over outbox, Kafka and handlers."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, ClassVar
from uuid import uuid4

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.util._once import Once

from lintel_chassis.http.access import public
from lintel_chassis.http.app import create_app
from lintel_chassis.http.call import Call
from lintel_chassis.http.routes import Router
from lintel_chassis.service import Service
from lintel_chassis.settings import ServiceSettings
from lintel_chassis.testing import running
from lintel_chassis.worker.supervisor import Worker, WorkerContext
from lintel_events.consumer.consumer import Consumer
from lintel_events.consumer.handler import Delivery, Handler
from lintel_events.log.dead_letters import DeadLetterTopic
from lintel_events.log.topics import apply_topics
from lintel_events.outbox.unit_of_work import UnitOfWork
from lintel_events.testing import Noted, ToyTopic, noted_on, until
from lintel_local.kafka import Kafka

pytestmark = pytest.mark.integration

CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
UNSAMPLED = CALLER[:-1] + "0"
"""The caller asks for no spans."""


@pytest.fixture
def exporter() -> Iterator[InMemorySpanExporter]:
    """An SDK for the length of a test; the API takes one a process and has no public way to take it back."""
    found = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(found))
    trace.set_tracer_provider(provider)
    yield found
    trace._TRACER_PROVIDER, trace._TRACER_PROVIDER_SET_ONCE = None, Once()


def _echoed_on(its_topic: ToyTopic) -> type[Noted]:
    class Echoed(Noted):
        type: ClassVar[str] = "toy.Echoed.v1"
        topic: ClassVar[Any] = its_topic

    return Echoed


class Echoing:
    """A service whose route notes something; whose consumer echoes notes, and collects the echoes."""

    def __init__(self) -> None:
        name = f"toy-{uuid4().hex[:8]}"
        self.group = f"{name}-group"
        self.topics = [ToyTopic(f"{name}.notes"), ToyTopic(f"{name}.echoes")]
        self.noted, self.echoed = noted_on(self.topics[0]), _echoed_on(self.topics[1])
        self.echoes: list[Delivery[Noted]] = []
        router = Router(prefix="/v1/notes")
        router.post("/{note}")(self._note)
        self.service = Service(
            name=name, title=name, settings=ServiceSettings, routers=(router,), workers=self._workers
        )

    async def _note(self, call: Annotated[Call, public], note: str) -> dict[str, Any]:
        call.unit.write("INSERT INTO notes (id) VALUES ($1)", note)
        call.unit.publish(self.noted(note=note, n=1), sequence=1)
        return {"note": note}

    def _workers(self, context: WorkerContext[ServiceSettings]) -> Mapping[str, Worker]:
        handlers = [Handler((self.noted,), self._echo), Handler((self.echoed,), self._collect)]
        consumer = Consumer(
            bootstrap=context.settings.kafka, consumer_group=self.group, units=context.units, handlers=handlers
        )
        return {"consumer": consumer}

    async def _echo(self, unit: UnitOfWork, deliveries: Sequence[Delivery[Noted]]) -> None:
        for delivery in deliveries:
            unit.publish(self.echoed(note=delivery.event.note, n=2), sequence=2, cause=delivery.context)

    async def _collect(self, _: UnitOfWork, deliveries: Sequence[Delivery[Noted]]) -> None:
        self.echoes.extend(deliveries)


async def _echoed(echoing: Echoing, settings: ServiceSettings, broker: Kafka, *traceparents: str) -> None:
    """Note something under each traceparent; return when all echoes are back."""
    await apply_topics(broker.bootstrap, [*echoing.topics, DeadLetterTopic(echoing.group)])
    settings = settings.model_copy(update={"kafka": broker.bootstrap})
    async with running(create_app(echoing.service, settings)) as client:
        for number, traceparent in enumerate(traceparents):
            answer = await client.post(f"/v1/notes/note-{number}", headers={"traceparent": traceparent})
            assert answer.status_code == 200, answer.text

        async def all_echoed() -> bool:
            return len(echoing.echoes) == len(traceparents)

        await until(all_echoed)


async def test_a_request_and_what_follows_are_one_trace(
    exporter: InMemorySpanExporter, settings: ServiceSettings, broker: Kafka
) -> None:
    """From the caller's span down to the second consumer, each span's parent is the one before."""
    echoing = Echoing()
    await _echoed(echoing, settings, broker, CALLER)

    notes, echoes = (topic.name for topic in echoing.topics)
    route, *others = _line(exporter.get_finished_spans(), CALLER)
    assert route == "POST /v1/notes/{note}"
    assert others == [f"send {notes}", "process toy.Noted.v1", f"send {echoes}", "process toy.Echoed.v1"]


def _line(spans: Sequence[ReadableSpan], caller: str) -> list[str]:
    """The names of the spans from the caller's on, each the only child of the one before."""
    of_trace = [span for span in spans if _hex(span)[0] == caller[3:35]]
    at, names = caller[36:52], []
    while children := [span for span in of_trace if span.parent and f"{span.parent.span_id:016x}" == at]:
        [child] = children
        at = _hex(child)[1]
        names.append(child.name)
    assert len(names) == len(of_trace)
    return names


def _hex(span: ReadableSpan) -> tuple[str, str]:
    return f"{span.context.trace_id:032x}", f"{span.context.span_id:016x}"


async def test_a_handlers_work_is_linked_with_all_it_was_for(
    exporter: InMemorySpanExporter, settings: ServiceSettings, broker: Kafka
) -> None:
    """A poll serves many traces at once, so its work can have none of them for a parent."""
    echoing = Echoing()
    callers = [f"00-{n:032x}-b7ad6b7169203331-01" for n in (1, 2, 3)]
    await _echoed(echoing, settings, broker, *callers)

    work = [span for span in exporter.get_finished_spans() if span.name == f"handle {echoing.topics[0].name}"]
    assert {f"{link.context.trace_id:032x}" for span in work for link in span.links} == {c[3:35] for c in callers}
    assert all(span.parent is None for span in work)


async def test_a_trace_that_is_not_sampled_keeps_its_id(
    exporter: InMemorySpanExporter, settings: ServiceSettings, broker: Kafka
) -> None:
    """Logs of all services can still be joined by it."""
    echoing = Echoing()
    await _echoed(echoing, settings, broker, UNSAMPLED)

    assert _trace_ids(echoing) == {UNSAMPLED[3:35]}
    assert [span.name for span in exporter.get_finished_spans() if _hex(span)[0] == UNSAMPLED[3:35]] == []


async def test_without_an_sdk_the_callers_span_passes_through(settings: ServiceSettings, broker: Kafka) -> None:
    echoing = Echoing()
    await _echoed(echoing, settings, broker, CALLER)

    assert [delivery.context.traceparent for delivery in echoing.echoes] == [CALLER]


def _trace_ids(echoing: Echoing) -> set[str]:
    return {(delivery.context.traceparent or "")[3:35] for delivery in echoing.echoes}

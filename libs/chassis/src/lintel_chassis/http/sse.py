"""Server-sent events that keep their connection alive and end when the process does."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from starlette.responses import StreamingResponse

from lintel_events.aio import sleep

_HEARTBEAT_S = 15.0
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


@dataclass(frozen=True, slots=True)
class StreamEvent:
    """`id` is what the client gives back as `Last-Event-ID` when it resumes; `data` is one line of JSON."""

    id: str
    event: str
    data: str

    def encode(self) -> bytes:
        return f"id: {self.id}\nevent: {self.event}\ndata: {self.data}\n\n".encode()


def event_stream(events: AsyncIterator[StreamEvent], stopping: asyncio.Event) -> StreamingResponse:
    """Sends events as they come, a comment every 15 s in between, and ends when `stopping` is set."""
    return StreamingResponse(_encoded(events, stopping), media_type="text/event-stream", headers=_HEADERS)


async def _encoded(events: AsyncIterator[StreamEvent], stopping: asyncio.Event) -> AsyncIterator[bytes]:
    ending = asyncio.ensure_future(sleep(stopping, float("inf")))
    coming: asyncio.Future[StreamEvent] | None = None
    try:
        while not ending.done():
            coming = coming or asyncio.ensure_future(anext(events))
            await asyncio.wait((coming, ending), timeout=_HEARTBEAT_S, return_when=asyncio.FIRST_COMPLETED)
            if not coming.done():
                yield b": alive\n\n"
                continue
            try:
                yield coming.result().encode()
            except StopAsyncIteration:
                return
            coming = None
    finally:
        ending.cancel()
        if coming is not None:
            coming.cancel()

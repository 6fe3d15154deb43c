"""`python -m lintel_notes [serve|worker|migrate]`."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any

from pydantic import BaseModel
from starlette.responses import StreamingResponse

from lintel_chassis.http.access import allow, public
from lintel_chassis.http.call import Call
from lintel_chassis.http.routes import Router
from lintel_chassis.http.sse import StreamEvent, event_stream
from lintel_chassis.main import main
from lintel_chassis.service import Service
from lintel_chassis.settings import ServiceSettings

router = Router(prefix="/v1/notes")


class NewNote(BaseModel):
    text: str


@router.post("")
async def create_note(call: Annotated[Call, public], note: NewNote) -> dict[str, Any]:
    """Says "break" and "slow" what to do."""
    if note.text.startswith("break"):
        return {"number": await call.unit.fetchval("SELECT $1::text::int", note.text)}
    if note.text == "slow":
        await asyncio.sleep(1.5)
    call.unit.write("INSERT INTO notes (text) VALUES ($1)", note.text)
    return {"text": note.text}


@router.get("/mine")
async def own_notes(call: Annotated[Call, allow("shopper")]) -> dict[str, Any]:
    return {"owner": call.caller.subject}


@router.get("/stream")
async def follow(call: Annotated[Call, public]) -> StreamingResponse:
    async def nothing_after_the_first() -> AsyncIterator[StreamEvent]:
        yield StreamEvent("1", "note", "{}")
        await asyncio.Event().wait()

    return event_stream(nothing_after_the_first(), call.runtime.stopping)


SERVICE = Service(name="notes", title="Notes", settings=ServiceSettings, routers=(router,))

if __name__ == "__main__":
    main(SERVICE)

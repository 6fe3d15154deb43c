"""Which time zone a position lies in: asked of a process of our own, which ends when nobody asks any more."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from contextlib import suppress
from types import TracebackType
from typing import Self

from lintel_chassis.problems import Problem
from lintel_contracts.errors import Invalid
from lintel_geo_offers.domain.geography import Position

_MAP = "lintel_geo_offers.zone_map"
_ANSWERS_WITHIN_S = 15


class Zones:
    """The map and what reads it take tens of megabytes, and stores come seldom, then many at once.

    So the first position starts the process, those that follow find it there, and its end gives all of it back.
    """

    def __init__(self, ends_after_s: float = 5) -> None:
        self._ends_after_s = ends_after_s
        self._asking = asyncio.Lock()
        self._process: Process | None = None
        self._end: asyncio.TimerHandle | None = None

    async def at(self, position: Position) -> str:
        """The IANA name; at sea `Etc/GMT+5` and the like.

        Raise Invalid where there is none, Problem when the process does not answer.
        """
        async with self._asking:
            name = await self._asked(position)
        if not name:
            raise Invalid("unknown_timezone", "No zone is known of this position: name it.", "/timezone")
        return name

    async def _asked(self, position: Position) -> str:
        if self._end is not None:
            self._end.cancel()
        try:
            async with asyncio.timeout(_ANSWERS_WITHIN_S):
                answer = await self._exchange(f"{position.lat} {position.lon}\n".encode())
        except (OSError, EOFError) as error:  # a time-out is an OSError
            self._stop()
            detail = "The zone of this position cannot be found now: name it, or try again."
            raise Problem("zones_unavailable", detail, {"Retry-After": "5"}) from error
        except asyncio.CancelledError:
            self._stop()  # or whoever asks next would read this answer
            raise
        self._end = asyncio.get_running_loop().call_later(self._ends_after_s, self._stop)
        return answer.decode().strip()

    async def _exchange(self, line: bytes) -> bytes:
        if self._process is None or self._process.returncode is not None:
            # In a session of its own it does not hear Ctrl-C; the end of its input ends it.
            command = (sys.executable, "-m", _MAP)
            self._process = await asyncio.create_subprocess_exec(
                *command, stdin=PIPE, stdout=PIPE, start_new_session=True
            )
        to_it, from_it = self._process.stdin, self._process.stdout
        if to_it is None or from_it is None:
            raise RuntimeError("a process started with pipes has them")
        to_it.write(line)
        await to_it.drain()
        answer = await from_it.readline()
        if not answer:
            raise EOFError
        return answer

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            with suppress(ProcessLookupError):
                process.kill()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._end is not None:
            self._end.cancel()
        process = self._process
        self._stop()
        if process is not None:
            await process.wait()

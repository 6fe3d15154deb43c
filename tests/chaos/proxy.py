"""A wire that can be spoilt: between a client and a server, for every connection alike."""

import asyncio
import contextlib
import socket
import struct
from dataclasses import dataclass

from lintel_local.ports import LOOPBACK

_CHUNK = 64 * 1024
_LINGER_NOT = struct.pack("ii", 1, 0)
"""Closing then resets the connection instead of ending it."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """What happens to what passes."""

    latency_s: float = 0.0
    """Held back for each piece."""
    piece_bytes: int = _CHUNK
    """The longest piece that is passed on at once."""
    lost: bool = False
    """A black hole: nothing passes, nobody notices; what was held goes on when the conditions are normal again."""


NORMAL = Conditions()


class Proxy:
    """Listens on `port` and passes to the server on `target`, both on the loopback address."""

    def __init__(self, port: int, target: int) -> None:
        self.port = port
        self.target = target
        self._conditions = NORMAL
        self._passable = asyncio.Event()
        self._passable.set()
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._pumps: set[asyncio.Task[None]] = set()

    def apply(self, conditions: Conditions) -> None:
        """From now on, for connections that are open as well."""
        self._conditions = conditions
        (self._passable.clear if conditions.lost else self._passable.set)()

    def reset(self) -> None:
        """Every open connection ends with a reset, on both sides."""
        for writer in list(self._writers):
            writer.transport.abort()

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._accept, LOOPBACK, self.port)

    async def stop(self) -> None:
        """As if the server's process were gone: connections are reset, new ones refused."""
        if self._server:
            self._server.close()
            self.reset()
            await asyncio.gather(*self._pumps, return_exceptions=True)
            self._server = None

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _no_lingering(writer)
        try:
            far_reader, far_writer = await asyncio.open_connection(LOOPBACK, self.target)
        except OSError:
            writer.transport.abort()
            return
        _no_lingering(far_writer)
        self._writers |= {writer, far_writer}
        for source, sink in ((reader, far_writer), (far_reader, writer)):
            pump = asyncio.create_task(self._pump(source, sink))
            self._pumps.add(pump)
            pump.add_done_callback(self._pumps.discard)

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(_CHUNK):
                await self._pass(data, sink)
        self._writers.discard(sink)
        sink.close()

    async def _pass(self, data: bytes, sink: asyncio.StreamWriter) -> None:
        left = memoryview(data)
        while left:
            await self._passable.wait()
            conditions = self._conditions
            await asyncio.sleep(conditions.latency_s)
            sink.write(left[: conditions.piece_bytes])
            await sink.drain()
            left = left[conditions.piece_bytes :]


def _no_lingering(writer: asyncio.StreamWriter) -> None:
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)

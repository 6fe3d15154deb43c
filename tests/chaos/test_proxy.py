"""The wire itself: what is spoilt on it is spoilt as said, and what was held is not lost."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from lintel_local.ports import LOOPBACK, free_port
from tests.chaos.proxy import NORMAL, Conditions, Proxy

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@pytest.fixture
async def wire() -> AsyncIterator[Proxy]:
    """To a server that repeats what it hears."""
    target = free_port()
    server = await asyncio.start_server(_repeat, LOOPBACK, target)
    proxy = Proxy(free_port(), target)
    await proxy.start()
    yield proxy
    await proxy.stop()
    server.close()


async def _repeat(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(100):
            writer.write(data)
    except ConnectionResetError:
        pass
    finally:
        writer.close()


async def _connected(wire: Proxy) -> Streams:
    return await asyncio.open_connection(LOOPBACK, wire.port)


async def _said(streams: Streams, what: bytes) -> bytes:
    reader, writer = streams
    writer.write(what)
    return await reader.readexactly(len(what))


async def test_what_is_cut_in_pieces_arrives_whole(wire: Proxy) -> None:
    streams = await _connected(wire)
    wire.apply(Conditions(latency_s=0.001, piece_bytes=3))

    assert await _said(streams, b"a sentence of some length") == b"a sentence of some length"
    streams[1].close()


async def test_what_fell_into_a_black_hole_comes_out_when_it_closes(wire: Proxy) -> None:
    streams = await _connected(wire)
    assert await _said(streams, b"before") == b"before"
    wire.apply(Conditions(lost=True))
    answer = asyncio.create_task(_said(streams, b"held"))
    await asyncio.wait((answer,), timeout=0.2)
    assert not answer.done()

    wire.apply(NORMAL)

    assert await answer == b"held"
    streams[1].close()


async def test_a_reset_ends_open_connections_and_new_ones_are_taken(wire: Proxy) -> None:
    streams = await _connected(wire)
    assert await _said(streams, b"before") == b"before"

    wire.reset()

    with pytest.raises(ConnectionError):
        await _said(streams, b"after")
    again = await _connected(wire)
    assert await _said(again, b"again") == b"again"
    again[1].close()


async def test_a_wire_that_is_down_refuses_until_it_is_up(wire: Proxy) -> None:
    await wire.stop()
    with pytest.raises(ConnectionRefusedError):
        await _connected(wire)

    await wire.start()

    again = await _connected(wire)
    assert await _said(again, b"again") == b"again"
    again[1].close()

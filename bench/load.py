"""A small HTTP/1.1 client that costs little itself, and shoppers that use it."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit


class Connection:
    """One keep-alive connection. Requests are sent one after the other."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, url: str) -> "Connection":
        parts = urlsplit(url)
        return cls(*await asyncio.open_connection(parts.hostname, parts.port))

    async def request(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes]:
        """Status and body. Header names are given with underscores."""
        lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        head = f"{method} {path} HTTP/1.1\r\nHost: bench\r\nContent-Length: {len(body)}\r\n{lines}\r\n"
        self._writer.write(head.encode() + body)
        answer = await self._reader.readuntil(b"\r\n\r\n")
        status = int(answer[9:12])
        length = 0
        for line in answer.split(b"\r\n"):
            if line[:15].lower() == b"content-length:":
                length = int(line[15:])
        return status, await self._reader.readexactly(length) if length else b""

    def close(self) -> None:
        self._writer.close()


@dataclass
class Run:
    """What shoppers did: latencies in seconds of the requests that were answered as expected, and the others."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    unexpected: list[tuple[int, bytes]] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds

    def percentile_ms(self, percent: float) -> float:
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))] * 1000

    def print_unexpected(self) -> None:
        """Where there was any."""
        if self.unexpected:
            print(f"{len(self.unexpected)} unexpected answers, the first: {self.unexpected[0]}")


Shopping = Callable[[Connection], Awaitable[tuple[bool, int, bytes]]]
"""One request: whether it went as expected, its status and body."""


async def shop(url: str, shoppers: int, seconds: float, shopping: Shopping) -> Run:
    """Let so many shoppers send one request after the other for so long."""
    run = Run()
    started = time.perf_counter()
    ends = started + seconds
    await asyncio.gather(*(_shopper(url, ends, shopping, run) for _ in range(shoppers)))
    run.seconds = time.perf_counter() - started
    return run


async def _shopper(url: str, ends: float, shopping: Shopping, run: Run) -> None:
    connection = await Connection.open(url)
    while (began := time.perf_counter()) < ends:
        expected, status, body = await shopping(connection)
        if expected:
            run.latencies.append(time.perf_counter() - began)
        else:
            run.unexpected.append((status, body))
    connection.close()


async def steady(url: str, per_second: float, seconds: float, shopping: Shopping) -> Run:
    """Send requests at a steady rate, whatever the answers take, each on a connection that is free."""
    run = Run()
    free: list[Connection] = []
    waiting: list[asyncio.Task[None]] = []
    started = time.perf_counter()

    async def send(due: float) -> None:
        connection = free.pop() if free else await Connection.open(url)
        expected, status, body = await shopping(connection)
        if expected:
            run.latencies.append(time.perf_counter() - due)
        else:
            run.unexpected.append((status, body))
        free.append(connection)

    for number in range(int(per_second * seconds)):
        due = started + number / per_second
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        waiting.append(asyncio.create_task(send(max(due, started))))
    await asyncio.gather(*waiting)
    run.seconds = time.perf_counter() - started
    for connection in free:
        connection.close()
    return run

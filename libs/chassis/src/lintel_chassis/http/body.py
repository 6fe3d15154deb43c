"""The part of a request that is still on its way when its answer is ready."""

import asyncio
from collections.abc import Mapping

from starlette.types import Message, Receive

_DRAINED_BYTES = 16 * 1_048_576
_DRAINED_S = 5.0


class RequestBody:
    """`receive`, which remembers whether the body is complete."""

    __slots__ = ("_complete", "_receive")

    def __init__(self, receive: Receive, headers: Mapping[bytes, bytes]) -> None:
        self._receive = receive
        has_body = headers.get(b"content-length", b"0") != b"0" or b"transfer-encoding" in headers
        self._complete = not has_body or b"expect" in headers  # who expects an answer first sends no body after it

    async def __call__(self) -> Message:
        message = await self._receive()
        self._complete = not message.get("more_body", False)
        return message

    async def drain(self) -> None:
        """Throw away what a refused request still sends, up to a limit.

        A server that answers and closes while a client or a proxy is sending takes the answer away with it.
        """
        left = _DRAINED_BYTES
        try:
            async with asyncio.timeout(_DRAINED_S):
                while not self._complete and left > 0:
                    left -= len((await self()).get("body", b""))
        except TimeoutError:
            pass

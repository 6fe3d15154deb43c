"""A refused request's body is read to its end before the refusal is sent."""

from starlette.types import Message, Receive

from lintel_chassis.http.body import RequestBody

MIB = 1_048_576
HAS_BODY = {b"content-length": b"3"}


def chunks(sizes: list[int], taken: list[int]) -> Receive:
    async def receive() -> Message:
        taken.append(sizes[len(taken)])
        return {"type": "http.request", "body": b"x" * taken[-1], "more_body": len(taken) < len(sizes)}

    return receive


async def test_what_nobody_has_read_is_drained() -> None:
    """A proxy that is still sending would take a broken connection for the answer."""
    taken: list[int] = []
    body = RequestBody(chunks([1, 1, 1], taken), HAS_BODY)
    await body()
    await body.drain()
    assert taken == [1, 1, 1]


async def test_a_body_that_was_read_is_not_waited_for() -> None:
    """The server would wait until the client goes away."""
    taken: list[int] = []
    body = RequestBody(chunks([1], taken), HAS_BODY)
    await body()
    await body.drain()
    await RequestBody(chunks([1], taken), {}).drain()
    assert taken == [1]


async def test_who_asks_before_sending_is_answered_at_once() -> None:
    """`Expect: 100-continue`: reading would invite the body."""
    taken: list[int] = []
    await RequestBody(chunks([1], taken), HAS_BODY | {b"expect": b"100-continue"}).drain()
    assert taken == []


async def test_there_is_an_end_to_draining() -> None:
    taken: list[int] = []
    await RequestBody(chunks([MIB] * 100, taken), {b"transfer-encoding": b"chunked"}).drain()
    assert len(taken) == 16

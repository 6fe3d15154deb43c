"""Keys lie where the Java client would put them."""

import pytest

from lintel_events.log.partitioner import murmur2, partition_for

JAVA = {
    "21": -973932308,
    "foobar": -790332482,
    "a-little-bit-long-string": -985981536,
    "a-little-bit-longer-string": -1486304829,
    "lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": -58897971,
    "abc": 479470107,
}
"""From the tests of Apache Kafka's own `Utils.murmur2`."""


@pytest.mark.parametrize(("key", "signed"), JAVA.items())
def test_the_hash_is_javas(key: str, signed: int) -> None:
    assert murmur2(key.encode()) == signed & 0xFFFFFFFF


@pytest.mark.parametrize(("key", "signed"), JAVA.items())
def test_the_partition_takes_the_hash_without_its_sign(key: str, signed: int) -> None:
    assert partition_for(key, 7) == (signed & 0x7FFFFFFF) % 7

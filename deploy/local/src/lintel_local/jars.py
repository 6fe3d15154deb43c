"""Apache Kafka's jars: fetched once, checked against the committed SHA-256 sums, shared by all brokers."""

import fcntl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from jgo.env import LockFile
from jgo.env._lockfile import LockedDependency
from jgo.maven import MavenContext, PythonResolver
from jgo.maven._core import Artifact

from lintel_local.errors import LocalError
from lintel_local.paths import JARS, KAFKA_LOCK

Progress = Callable[[str], None]
_TRIES = 3


def silent(_: str) -> None:
    """A progress nobody watches."""


def classpath(progress: Progress = silent, repository: Path = JARS) -> str:
    """Java's class path of all locked jars; what is missing or damaged in `repository` is fetched first."""
    locked = LockFile.load(KAFKA_LOCK).dependencies
    repository.mkdir(parents=True, exist_ok=True)
    with (repository / "lock").open("w") as only_one:
        fcntl.flock(only_one, fcntl.LOCK_EX)  # another stack may be fetching the same jars
        missing = [jar for jar in locked if not _is_sound(jar, repository)]
        try:
            _fetch_all(missing, repository, progress)
        except Exception as failure:
            raise LocalError(
                f"Apache Kafka's jars could not be fetched from Maven Central ({failure}); "
                "LINTEL_KAFKA=host:port points at an existing broker"
            ) from failure
    return ":".join(str(_path(jar, repository)) for jar in locked)


def _fetch_all(missing: list[LockedDependency], repository: Path, progress: Progress) -> None:
    if not missing:
        return
    progress(f"fetching Apache Kafka: {len(missing)} jars, about 44 MB in all")
    with ThreadPoolExecutor(max_workers=4) as several:
        running = [several.submit(_fetch, jar, repository) for jar in missing]
        for done, download in enumerate(as_completed(running), start=1):
            download.result()
            if done % 10 == 0 or done == len(missing):
                progress(f"fetching Apache Kafka: {done} of {len(missing)}")


def _fetch(jar: LockedDependency, repository: Path) -> None:
    artifact = _artifact(jar, repository)
    path = _path(jar, repository)
    for tries_left in reversed(range(_TRIES)):
        path.unlink(missing_ok=True)
        try:
            artifact.resolve()
        except (OSError, RuntimeError):  # requests' errors are OSErrors; "not found" is jgo's RuntimeError
            if not tries_left:
                raise
        if _is_sound(jar, repository):
            return
    raise LocalError(f"{path.name} is not the file that {KAFKA_LOCK.name} names")


def _is_sound(jar: LockedDependency, repository: Path) -> bool:
    return not LockFile([jar]).verify_checksums(repository)


def _artifact(jar: LockedDependency, repository: Path) -> Artifact:
    context = MavenContext(resolver=PythonResolver(), repo_cache=repository, timeout=60)
    return context.project(jar.groupId, jar.artifactId).at_version(jar.version).artifact(packaging=jar.packaging)


def _path(jar: LockedDependency, repository: Path) -> Path:
    path = _artifact(jar, repository).cached_path
    assert path is not None  # noqa: S101 - jgo knows it as soon as it is given a repository
    return path

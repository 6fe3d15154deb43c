"""Writes kafka/jgo.lock.toml anew from kafka/jgo.toml: `python -m lintel_local.relock`, after a change of version."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from jgo.env import EnvironmentBuilder, EnvironmentSpec
from jgo.maven import MavenContext, PythonResolver

from lintel_local.paths import JARS, KAFKA_LOCK


def relock() -> None:
    """Resolve the named jars with all they need, and note each one's SHA-256."""
    with TemporaryDirectory() as cache:
        context = MavenContext(resolver=PythonResolver(), repo_cache=JARS)
        builder = EnvironmentBuilder(context=context, cache_dir=Path(cache))
        environment = builder.from_spec(EnvironmentSpec.load(KAFKA_LOCK.with_name("jgo.toml")), update=True)
        shutil.copy(environment.path / "jgo.lock.toml", KAFKA_LOCK)


if __name__ == "__main__":
    relock()

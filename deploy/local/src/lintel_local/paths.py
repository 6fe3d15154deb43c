"""Where the checkout keeps what this package reads, and what all stacks of one checkout share."""

from pathlib import Path

DEPLOY = Path(__file__).resolve().parents[3]
CADDYFILE = DEPLOY / "Caddyfile"
OPENAPI = DEPLOY.parent / "docs" / "openapi"
KAFKA_LOCK = DEPLOY / "local" / "kafka" / "jgo.lock.toml"
STATE = DEPLOY.parent / ".lintel"
JARS = STATE / "kafka" / "jars"

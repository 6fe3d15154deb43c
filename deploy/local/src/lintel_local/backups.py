"""A service's database to a file and back, and the service with it: what docs/runbooks/restore.md says, as code."""

from pathlib import Path

from lintel_local.child import Child
from lintel_local.errors import LocalError
from lintel_local.postgres import binary
from lintel_local.services import Service, ServiceProcess
from lintel_local.stack import Stack

_MINUTES = 30


def backup(stack: Stack, service: Service, file: Path) -> None:
    """As of one moment, while the service runs on."""
    source = stack.databases.admin_url_of(service.module)
    command = [binary("pg_dump"), "--format=custom", f"--file={file}", f"--dbname={source}"]
    Child(command, stack.log("backup")).finish(timeout=60 * _MINUTES)


def restore(stack: Stack, service: Service, file: Path, without: str) -> None:
    """Stop the service, put its database back, bring it up to the log, start the service.

    `without` names the parts that the log does not hold; when one is missing, nothing is touched.
    """
    if not file.exists():
        raise LocalError(f"there is no backup {file}")
    process = stack.components[service.name]
    if not isinstance(process, ServiceProcess):
        raise LocalError(f"{service.name} is no service")
    process.check_restore(without)
    stack.kill(service.name)
    stack.databases.empty(service.module)
    target = stack.databases.admin_url_of(service.module)
    command = [binary("pg_restore"), "--exit-on-error", f"--dbname={target}", str(file)]
    Child(command, stack.log("restore")).finish(timeout=60 * _MINUTES)
    process.migrate()
    process.restore(without)
    stack.start_component(service.name)

"""The commands behind the Makefile's up, down, status, logs, token, env, break, heal, backup and restore."""

import argparse
import json
import os
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from lintel_local import daemon
from lintel_local.control import call
from lintel_local.errors import LocalError
from lintel_local.logs import show_logs
from lintel_local.paths import STATE
from lintel_local.services import ALL
from lintel_local.settings import Settings
from lintel_local.supervisor import Runtime, supervise
from lintel_local.tokens import ROLES, Issuer


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; results go to standard output, what went wrong to standard error."""
    options = _parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], int | None] = options.run
    try:
        return run(options) or 0
    except LocalError as failure:
        sys.stderr.write(f"{failure}\n")
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m lintel_local", description=__doc__)
    parser.add_argument("--directory", type=Path, default=STATE, help="where data, logs and secrets are kept")
    commands = parser.add_subparsers(required=True)
    for run in (_up, _supervise, _down, _env):
        commands.add_parser(run.__name__[1:]).set_defaults(run=run)
    status = commands.add_parser("status")
    status.add_argument("--json", action="store_true")
    status.set_defaults(run=_status)
    logs = commands.add_parser("logs")
    logs.add_argument("what", nargs="?", default="")
    logs.add_argument("--follow", action="store_true")
    logs.set_defaults(run=lambda options: show_logs(options.directory / "logs", options.what, follow=options.follow))
    token = commands.add_parser("token")
    token.add_argument("role", choices=ROLES)
    token.add_argument("--sub")
    token.add_argument("--stores", default="", help="S1,S2")
    token.set_defaults(run=_token)
    for run in (_backup, _restore):
        of_service = commands.add_parser(run.__name__[1:])
        of_service.add_argument("service")
        of_service.add_argument("file", type=Path)
        of_service.set_defaults(run=run)
        if run is _restore:
            of_service.add_argument("--without", default="", help="the parts that the log does not hold")
    commands.add_parser("heal").set_defaults(run=_heal)
    to_break = commands.add_parser("break")
    to_break.add_argument("what")
    to_break.set_defaults(run=_break)
    return parser


def _up(options: argparse.Namespace) -> None:
    runtime = Runtime(options.directory)
    if runtime.supervisor():
        _print("Lintel is already up.")
    else:
        daemon.start(options.directory, _print)
        _open_stores(options.directory, call(runtime.control, "env"))
    env = call(runtime.control, "env")
    docs = "  ".join(f"/{service.name}/docs" for service in ALL)
    _print(f"\nfront door  {env['LINTEL_URL']}\nAPI docs    {env['LINTEL_URL']} + {docs}")
    _print(f"Kafka       {env['LINTEL_KAFKA']}\na token     make -s token ROLE=shopper SUB=ann")
    _print("addresses   make -s env\nstop        make down")


def _open_stores(directory: Path, env: Mapping[str, str]) -> None:
    """An existing database server is its owner's: nothing is put there unasked."""
    from lintel_local.demo.seeding import open_stores  # noqa: PLC0415 - pyarrow would slow every other command down

    if Settings.from_environment(os.environ).postgres_url is None:
        open_stores(env["LINTEL_URL"], Issuer(directory / "issuer"), _print)


def _supervise(options: argparse.Namespace) -> None:
    supervise(options.directory, Settings.from_environment(os.environ))


def _down(options: argparse.Namespace) -> None:
    _print("Lintel is down." if daemon.stop(options.directory) else "Lintel was not up.")


def _status(options: argparse.Namespace) -> int:
    up = Runtime(options.directory).supervisor() is not None
    components = call(Runtime(options.directory).control, "status") if up else []
    if options.json:
        _print(json.dumps(components))
    elif up:
        for component in components:
            place = f"port {component['port'] or '-':<7}pid {component['pid'] or '-'}"
            _print(f"{component['name']:<12}{component['state']:<10}{place}")
    else:
        _print("Lintel is not up (`make up` starts it).")
    return 0 if up else 1


def _token(options: argparse.Namespace) -> None:
    stores = [store for store in options.stores.split(",") if store]
    issuer = Issuer(options.directory / "issuer")
    _print(issuer.token(options.role, options.sub or f"local-{options.role}", stores))


def _env(options: argparse.Namespace) -> None:
    for name, value in call(Runtime(options.directory).control, "env").items():
        _print(f"export {name}={shlex.quote(value)}")


def _break(options: argparse.Namespace) -> None:
    _print(call(Runtime(options.directory).control, "break", options.what))


def _backup(options: argparse.Namespace) -> None:
    what = f"{options.service} {options.file.resolve()}"
    _print(call(Runtime(options.directory).control, "backup", what, patience_s=3600))


def _restore(options: argparse.Namespace) -> None:
    what = f"{options.service} {options.without} {options.file.resolve()}"
    _print(call(Runtime(options.directory).control, "restore", what, patience_s=3600))


def _heal(options: argparse.Namespace) -> None:
    _print(call(Runtime(options.directory).control, "heal"))


def _print(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())

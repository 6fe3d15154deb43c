"""The process behind `make up`: starts the stack, keeps it alive, answers the other commands, stops it when told to."""

import fcntl
import os
import signal
import sys
import time
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from lintel_local.backups import backup, restore
from lintel_local.control import Command, ControlServer
from lintel_local.errors import LocalError
from lintel_local.restarter import Restarter
from lintel_local.services import service_named
from lintel_local.settings import Settings
from lintel_local.stack import Stack

READY = "ready"  # the last line of a start that went well


class Runtime:
    """The files by which commands find the supervisor of a directory."""

    def __init__(self, directory: Path) -> None:
        self._run = directory.resolve() / "run"
        self._run.mkdir(parents=True, exist_ok=True)
        self.control = self._run / "control.json"
        self.log = directory.resolve() / "logs" / "supervisor.log"

    def claim(self) -> IO[str]:
        """Be the one supervisor until the returned file is closed, which death does too."""
        file = (self._run / "supervisor.pid").open("a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            raise LocalError("the stack is already up") from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        return file

    def supervisor(self) -> int | None:
        """The pid of who holds the claim now."""
        with (self._run / "supervisor.pid").open("a+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                file.seek(0)
                return int(file.read() or 0) or None
        return None


def supervise(directory: Path, settings: Settings) -> None:
    """Run until SIGTERM or Ctrl-C. Progress goes to standard output, which becomes the log once all is ready."""
    runtime = Runtime(directory)
    with runtime.claim():
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # both arrive as KeyboardInterrupt
        stack = Stack(directory, settings=settings)
        control = ControlServer(runtime.control, _commands(stack))
        try:
            with stack:
                stack.start(_say)
                restarter = Restarter(stack, _say_with_time)
                restarter.start()
                _say(READY)
                _turn_output_to(runtime.log)
                _say_with_time("up")
                _wait_for_a_signal(restarter)
        except KeyboardInterrupt:
            _say("stopped while starting")
        finally:
            runtime.control.unlink(missing_ok=True)
            control.close()


def _wait_for_a_signal(restarter: Restarter) -> None:
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # stopping is not interrupted
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        _say_with_time("stopping")
        restarter.stop()


def _commands(stack: Stack) -> dict[str, Command]:
    def break_part(name: str) -> str:
        stack.kill(name.replace("_", "-"))
        return f"{name} is broken until `make heal`"

    def heal(_: str) -> str:
        healed = stack.broken
        for name in healed:
            stack.start_component(name)
        return f"healed: {', '.join(healed) or 'nothing was broken'}"

    def back_up(argument: str) -> str:
        name, _, file = argument.partition(" ")
        backup(stack, service_named(name), Path(file))
        return f"{name}'s database is in {file}"

    def put_back(argument: str) -> str:
        name, without, file = argument.split(" ", 2)
        restore(stack, service_named(name), Path(file), without)
        return f"{name} runs on {file} and what the log knows since; its log says what was done and what is lost"

    return {
        "backup": back_up,
        "restore": put_back,
        "status": lambda _: [asdict(component) for component in stack.status()],
        "env": lambda _: stack.env(),
        "break": break_part,
        "heal": heal,
    }


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _say_with_time(text: str) -> None:
    _say(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} {text}")


def _turn_output_to(log: Path) -> None:
    with log.open("a") as file:
        for stream in (sys.stdout, sys.stderr):
            os.dup2(file.fileno(), stream.fileno())

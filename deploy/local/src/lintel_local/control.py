"""How the commands talk to the running supervisor: HTTP on the loopback address with a key that only we can read."""

import json
import secrets
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx

from lintel_local.errors import LocalError
from lintel_local.ports import LOOPBACK
from lintel_local.secrets import write_private

Command = Callable[[str], object]


class ControlServer:
    """Answers `call` from other processes; `commands` maps a name to what takes its argument and returns JSON."""

    def __init__(self, address: Path, commands: Mapping[str, Command]) -> None:
        self._key = secrets.token_hex(32)
        self._commands = commands
        self._server = ThreadingHTTPServer((LOOPBACK, 0), self._handler())
        self._server.daemon_threads = True
        write_private(address, json.dumps({"port": self._server.server_port, "key": self._key}))
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, key: str, command: str, argument: str) -> tuple[int, object]:
        if not secrets.compare_digest(key, self._key):
            return 403, "not yours"
        try:
            return 200, self._commands[command](argument)
        except LocalError as failure:
            return 409, str(failure)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        control = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body: dict[str, Any] = json.loads(self.rfile.read(int(self.headers["content-length"])))
                status, answer = control.answer(self.headers["authorization"] or "", body["command"], body["argument"])
                payload = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("content-length", str(len(payload)))
                self.end_headers()
                self.wfile.write(payload)

            def log_message(self, *_: object) -> None:
                """The supervisor's log is for what happens to the stack."""

        return Handler


def call(address: Path, command: str, argument: str = "", *, patience_s: float = 120) -> Any:
    """Ask the supervisor that wrote `address`; LocalError when it refuses or is not there."""
    try:
        where = json.loads(address.read_text())
        reply = httpx.post(
            f"http://{LOOPBACK}:{where['port']}/",
            json={"command": command, "argument": argument},
            headers={"authorization": where["key"]},
            timeout=patience_s,
            trust_env=False,
        )
    except (FileNotFoundError, httpx.TransportError) as absent:
        raise LocalError("the stack is not up (`make up` starts it)") from absent
    if reply.status_code != httpx.codes.OK:
        raise LocalError(str(reply.json()))
    return reply.json()

"""`python -m lintel_local.demo`: what `make demo` runs."""

import argparse
import signal
import sys
from pathlib import Path

from lintel_local.demo.run import run
from lintel_local.demo.terminal import Terminal
from lintel_local.errors import LocalError
from lintel_local.paths import STATE


def main() -> int:
    """0 when everything went as it should, and nothing was oversold."""
    parser = argparse.ArgumentParser(prog="python -m lintel_local.demo", description=__doc__)
    parser.add_argument("--directory", type=Path, default=STATE, help="where data, logs and secrets are kept")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # the stack is stopped, as for Ctrl-C
    directory: Path = parser.parse_args().directory
    try:
        return 0 if run(directory, Terminal()) else 1
    except LocalError as failure:
        sys.stderr.write(f"{failure}\nEvery component's log is in {directory / 'logs'}.\n")
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())

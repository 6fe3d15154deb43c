"""Becomes another program that cannot outlive the process that started it (Linux; elsewhere it just becomes it).

Run as a script, by `Child`: `python -I -S launch.py <parent pid> <death signal> <same|nobody> <command...>`.
It imports nothing but the standard library, so that it costs about 10 ms.
"""

import ctypes
import os
import signal
import sys

# from linux/prctl.h and linux/capability.h
PR_SET_PDEATHSIG = 1
PR_SET_KEEPCAPS = 8
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
CAP_DAC_OVERRIDE = 1
CAPABILITY_VERSION_3 = 0x20080522
NOBODY = 65534


def prctl(option: int, *arguments: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    padded = (*arguments, 0, 0, 0, 0)[:4]
    if libc.prctl(option, *map(ctypes.c_ulong, padded)) != 0:
        raise OSError(ctypes.get_errno(), f"prctl {option}")


def become_nobody() -> None:
    """Stop being root, for programs that refuse to be it, and still reach files in folders only root may enter."""
    prctl(PR_SET_KEEPCAPS, 1)
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    mask = 1 << CAP_DAC_OVERRIDE
    effective_permitted_inheritable = (ctypes.c_uint32 * 6)(mask, mask, mask, 0, 0, 0)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.capset(header, effective_permitted_inheritable) != 0:
        raise OSError(ctypes.get_errno(), "capset")
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_OVERRIDE)


def main(parent: int, death_signal: int, user: str, command: list[str]) -> None:
    if user == "nobody":
        become_nobody()
    if sys.platform == "linux":
        prctl(PR_SET_PDEATHSIG, death_signal)  # after the change of user, which clears it
        if os.getppid() != parent:  # it died before the line above
            sys.exit(1)
    for name in (signal.SIGPIPE, signal.SIGXFSZ):  # Python ignores these, and an ignored signal survives exec
        signal.signal(name, signal.SIG_DFL)
    os.execv(command[0], command)  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4:])

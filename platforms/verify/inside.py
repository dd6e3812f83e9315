"""The first process of a network namespace: it opens the port, waits for its order, runs a client.

It runs as a script of its own (``unshare … python -I inside.py FD``) and imports only the standard
library. A listening socket belongs to the namespace in which it was made, whoever serves it: so it
is made here and handed out over the control socket ``FD``, and the fake model stays in the process
that asked. As the first process of a PID namespace it takes every process of the client with it
when it ends.
"""

from __future__ import annotations

import json
import os
import socket
import struct
import subprocess
import sys

__all__ = ["main"]

_GET_FLAGS, _SET_FLAGS, _UP = 0x8913, 0x8914, 0x1  # linux/sockios.h, linux/if.h


def _raise_loopback() -> None:
    import fcntl  # noqa: PLC0415  (not on Windows)

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        asked = struct.pack("16sH14s", b"lo", 0, b"")
        flags = struct.unpack("16sH14s", fcntl.ioctl(probe, _GET_FLAGS, asked))[1]
        fcntl.ioctl(probe, _SET_FLAGS, struct.pack("16sH14s", b"lo", flags | _UP, b""))


def _run(order: dict[str, object]) -> int:
    command, environment = order["command"], order["environment"]
    assert isinstance(command, list)
    assert isinstance(environment, dict)
    try:
        child = subprocess.Popen(
            command, env=environment, cwd=str(order["folder"]), stdin=subprocess.DEVNULL
        )
    except OSError as error:
        print(error, file=sys.stderr)
        return 127
    while True:  # reap whatever the client leaves to the first process, until it ends itself
        pid, status = os.wait()
        if pid == child.pid:
            return os.waitstatus_to_exitcode(status) % 256


def main(descriptor: int) -> int:
    """Hand out the socket, read the order, run it; return its exit code."""
    control = socket.socket(fileno=descriptor)
    _raise_loopback()
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        socket.send_fds(control, [b"!"], [listener.fileno()])
    with control, control.makefile("rb") as orders:
        order = json.loads(orders.read() or b"null")
    return _run(order) if isinstance(order, dict) else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))

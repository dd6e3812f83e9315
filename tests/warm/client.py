"""`polyskill` where a warm server is at hand: hand everything over and wait for the status."""

import json
import os
import socket
import sys

SERVER = "@SERVER@"
PROGRAM = "@PROGRAM@"


def real() -> None:
    """Become the program itself."""
    os.execv(PROGRAM, [PROGRAM, *sys.argv[1:]])


# What a Python reads when it starts cannot be handed to one that runs already.
HARMLESS = {"PYTHONPYCACHEPREFIX", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE"}
if {name for name in os.environ if name.startswith("PYTHON")} - HARMLESS:
    real()
try:
    streams = [os.dup(number) for number in range(3)]
    folder = os.getcwd()  # noqa: PTH109  (pathlib takes as long to import as all the rest)
except OSError:  # a closed stream, a folder that is gone
    real()
request = {"arguments": sys.argv[1:], "folder": folder, "environment": dict(os.environ)}
languages = [os.environ.get(name) for name in ("POLYSKILL_LANG", "LC_ALL", "LC_MESSAGES", "LANG")]
chinese = next(filter(None, languages), "").lower().startswith("zh")
with socket.socket(socket.AF_UNIX) as server:
    server.connect(f"{SERVER}.zh" if chinese else f"{SERVER}.en")
    socket.send_fds(server, [(json.dumps(request) + "\n").encode()], streams)
    answer = server.recv(64)
sys.exit(int(answer or b"125"))

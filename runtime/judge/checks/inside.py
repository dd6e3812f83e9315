"""Runs the script of a check in this process, which it first takes rights and means from.

Run as ``inside.py SCRIPT SCRATCH CPU-SECONDS NAMESPACE`` by ``sandbox.py``. NAMESPACE is 1 in a PID
namespace of its own. What could be taken is written to SCRATCH/isolation.json.

The exit status is 0 if the script ends well, 101 if it ends with status 1 or a failed ``assert``,
and 70 if it ends otherwise: a check that breaks says nothing about the answer. 101, because 1 is
also what ``unshare`` ends with when its child was killed.
"""

import json
import os
import re
import runpy
import sys
import traceback
from pathlib import Path

_MEMORY = 1 << 30  # bytes of address space of each process
_FILE = 16 << 20  # bytes of a file
_FILES = 128  # open at a time
_PROCESSES = 64  # in the namespace; without one none beside this
_PIDS = 400  # the least that the kernel takes is 301
_FAILED = 101
_BROKEN = 70  # EX_SOFTWARE of sysexits.h


def _limit(cpu: int, namespace: bool) -> None:
    try:
        import resource  # noqa: PLC0415  (not on Windows)
    except ImportError:
        return
    limits = {
        "RLIMIT_CPU": cpu,
        "RLIMIT_AS": _MEMORY,
        "RLIMIT_FSIZE": _FILE,
        "RLIMIT_NOFILE": _FILES,
        "RLIMIT_CORE": 0,
        "RLIMIT_NPROC": _PROCESSES if namespace else 0,
    }
    for name, most in limits.items():
        try:
            resource.setrlimit(getattr(resource, name), (most, most))
        except (AttributeError, ValueError, OSError):
            continue  # a system without this limit, or with a lower one
    if namespace and os.geteuid() == 0 and _own_pids():
        # The limit above does not bind the superuser; the one of the namespace does.
        try:
            with open("/proc/sys/kernel/pid_max", "w", encoding="ascii") as file:  # noqa: PTH123
                file.write(str(_PIDS))
        except OSError:
            return  # /proc is not ours to write to: the time limit remains


def _own_pids() -> bool:
    """Return whether pid_max is one of the namespace (Linux 6.14 on), not of the whole machine."""
    found = re.match(r"(\d+)\.(\d+)", os.uname().release)
    return found is not None and (int(found[1]), int(found[2])) >= (6, 14)


def _run(script: str) -> int:
    sys.argv = [script]
    try:
        runpy.run_path(script, run_name="__main__")
    except SystemExit as error:
        if not error.code:
            return 0
        if error.code == 1:
            return _FAILED
        if isinstance(error.code, int):
            sys.stderr.write(f"exit status {error.code}\n")
            return _BROKEN
        sys.stderr.write(f"{error.code}\n")
        return _FAILED
    except AssertionError as error:
        sys.stderr.write(f"{error}\n" if str(error) else traceback.format_exc())
        return _FAILED
    except BaseException:
        traceback.print_exc()
        return _BROKEN
    return 0


def _main() -> None:
    script, scratch, cpu, namespace = sys.argv[1:]
    work = Path(scratch, "work")
    rules = runpy.run_path(str(Path(__file__).with_name("landlock.py")))
    _limit(int(cpu), namespace == "1")
    with Path(scratch, "isolation.json").open("w", encoding="ascii") as report:  # while it may
        files, network = rules["restrict"](str(work))
        json.dump({"files": files, "network": network}, report)
    os.chdir(work)
    sys.exit(_run(script))


if __name__ == "__main__":
    _main()

"""Takes from this process, for good, what a check has no business with (Linux 5.13 and later).

Landlock needs no privilege and no namespace. Source: the kernel's userspace-api/landlock and
linux/landlock.h. A script of its own; it imports nothing of its package.
"""

import ctypes
import os
import struct
import sys

__all__ = ["restrict"]

_CREATE, _ADD, _RESTRICT = 444, 445, 446  # the same on every architecture
_NO_NEW_PRIVILEGES = 38  # prctl
_BENEATH = 1  # LANDLOCK_RULE_PATH_BENEATH
_WRITE_FILE = 1 << 1
# Write and make files, links, devices, sockets; remove; rename (2) and truncate (3); ioctl (5).
_WRITING = {1: _WRITE_FILE | sum(1 << bit for bit in range(4, 13)), 2: 1 << 13, 3: 1 << 14}
_DEVICES = {5: 1 << 15}
_TCP = {4: 0b11}  # bind, connect
_SCOPE = {6: 0b11}  # abstract sockets, signals to processes outside


def _known(rights: dict[int, int], version: int) -> int:
    return sum(bits for since, bits in rights.items() if since <= version)


def restrict(*folders: str) -> tuple[bool, bool]:
    """Let this process and its children write below ``folders`` only, and use no TCP.

    Returns whether writing is restricted, and whether TCP is.
    """
    if not sys.platform.startswith("linux"):
        return False, False
    kernel = ctypes.CDLL(None, use_errno=True)
    version = kernel.syscall(_CREATE, None, ctypes.c_size_t(0), 1)
    if version < 1:
        return False, False
    writing = _known(_WRITING, version)
    handled = writing | _known(_DEVICES, version)
    rules = struct.pack("=QQQ", handled, _known(_TCP, version), _known(_SCOPE, version))
    # A kernel refuses a longer structure than it knows, unless the rest is zero.
    size = 8 if version < 4 else 16 if version < 6 else 24
    ruleset = kernel.syscall(_CREATE, rules, ctypes.c_size_t(size), 0)
    if ruleset < 0:
        return False, False
    try:
        for folder, allowed in [*((each, writing) for each in folders), ("/dev/null", _WRITE_FILE)]:
            place = os.open(folder, os.O_PATH | os.O_CLOEXEC)
            try:
                rule = struct.pack("=Qi", allowed, place)
                if kernel.syscall(_ADD, ruleset, _BENEATH, rule, 0):
                    return False, False
            finally:
                os.close(place)
        if kernel.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) or kernel.syscall(_RESTRICT, ruleset, 0):
            return False, False
    finally:
        os.close(ruleset)
    return True, version >= min(_TCP)

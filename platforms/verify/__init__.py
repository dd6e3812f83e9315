"""Proof of load: the real assistants, run offline against a fake model, tell what reaches it.

Each client runs on copies of a project and a home, in a clean environment, against an HTTP server
on loopback that speaks its dialect. The scripted model calls the client's own tools to load each
skill and one file of its references; what arrived is then read from the requests.
"""

from .expect import expectations
from .find import find
from .model import Expected, Found, Options, Package, Seen, Status, VerifyError
from .packages import PINNED
from .run import known, verify

__all__ = [
    "PINNED",
    "Expected",
    "Found",
    "Options",
    "Package",
    "Seen",
    "Status",
    "VerifyError",
    "expectations",
    "find",
    "known",
    "verify",
]

"""Real clients as agents under test, each run in a home and a project of its own."""

from .arm import AgentAnswer, AgentArm, AgentError, arm
from .provider import PROVIDER, AgentProvider, open_agent
from .transcript import Transcript
from .workplace import Workplace, compiled, request

__all__ = [
    "PROVIDER",
    "AgentAnswer",
    "AgentArm",
    "AgentError",
    "AgentProvider",
    "Transcript",
    "Workplace",
    "arm",
    "compiled",
    "open_agent",
    "request",
]

"""Does a skill come in when it should, and stay out when it should not, among its siblings?

Without a model: :func:`look` compares descriptions and inputs by their words. With one:
:func:`calls` says what to ask, :func:`read` makes a report of the answers.
"""

from .catalogue import Catalogue, Entry, TriggerCase, catalogue_of, trigger_cases
from .choose import calls
from .lexical import LexicalReport, look
from .report import Limits, TriggerReport, to_json
from .scores import read

__all__ = [
    "Catalogue",
    "Entry",
    "LexicalReport",
    "Limits",
    "TriggerCase",
    "TriggerReport",
    "calls",
    "catalogue_of",
    "look",
    "read",
    "to_json",
    "trigger_cases",
]

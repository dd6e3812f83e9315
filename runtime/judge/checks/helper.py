"""The helper process of a check: searches patterns and validates against schemas.

Run as a script by ``limited.py``, one JSON request a line on standard input, one reply a line on
standard output. A pattern can take for ever on an answer that was made for it, and only a process
can be stopped in the middle of one; so this file is a program and imports nothing of its package.
"""

import json
import re
import sys
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

_MEMORY = 2 << 30  # bytes of address space: a pattern cannot take the machine's memory
_MOST_SPANS = 1000
_MOST_PROBLEMS = 3
_LONGEST = 200  # characters of a problem
# What jsonschema would load to check `format`, which is a note to readers here: seconds of work.
_FORMATS = ("rfc3987", "rfc3987_syntax", "isoduration")
# The folder as the root of all addresses: of a scheme that relative references work with.
_HOME = "file:///"


def _search(job: dict[str, Any]) -> dict[str, Any]:
    """Return where a pattern occurs: [start, end] of each occurrence."""
    spans = []
    for match in re.compile(job["pattern"], job["flags"]).finditer(job["text"]):
        spans.append(match.span())
        if len(spans) == job.get("most", _MOST_SPANS):
            break
    return {"spans": spans}


def _validate(job: dict[str, Any]) -> dict[str, Any]:
    """Return what of a document does not fit a schema. References stay inside of the folder."""
    for name in _FORMATS:
        sys.modules[name] = None  # type: ignore[assignment]
    jsonschema, referencing, published = map(
        import_module, ("jsonschema", "referencing", "jsonschema_specifications")
    )
    missing = referencing.exceptions.NoSuchResource
    dialect = referencing.jsonschema.DRAFT202012
    root = job["folder"] and Path(job["folder"]).resolve()

    def read(address: str) -> Any:
        if not root or not address.startswith(_HOME):
            raise missing(ref=address)
        file = (root / unquote(urlsplit(address).path).lstrip("/")).resolve()
        if not file.is_relative_to(root) or not file.is_file():
            raise missing(ref=address)
        loaded = json.loads(file.read_text("utf-8"))
        return referencing.Resource.from_contents(loaded, default_specification=dialect)

    schema = job["schema"]
    kind = jsonschema.validators.validator_for(schema, jsonschema.Draft202012Validator)
    kind.check_schema(schema)
    own = referencing.Resource.from_contents(schema, default_specification=dialect)
    home = _HOME + quote(job["path"] or "schema")
    registry = referencing.Registry(retrieve=read).combine(published.REGISTRY)
    registry = registry.with_resource(home, own)
    validator = kind({"$ref": home}, registry=registry)
    problems = []
    try:
        for error in validator.iter_errors(job["document"]):
            problems.append(f"{error.json_path}: {error.message}"[:_LONGEST])
            if len(problems) == _MOST_PROBLEMS:
                break
    except referencing.exceptions.Unresolvable as error:
        return {"error": f"a $ref leads nowhere: {error.ref}"}
    return {"problems": problems}


_JOBS = {"search": _search, "validate": _validate}


def _answer(line: bytes) -> dict[str, Any]:
    try:
        job = json.loads(line)
        return _JOBS[job["job"]](job)
    except ModuleNotFoundError as error:
        return {"missing": (error.name or "").partition(".")[0]}
    except MemoryError:
        return {"error": "it needs too much memory"}
    except Exception as error:  # whatever it is, the caller says that the check was not run
        first = str(getattr(error, "message", error)).partition("\n")[0]
        return {"error": f"{type(error).__name__}: {first[:300]}"}


def _main() -> None:
    try:
        import resource  # noqa: PLC0415  (not on Windows)

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    except (ImportError, ValueError, OSError):
        pass  # the system has no such limit: the time limit remains
    for line in sys.stdin.buffer:
        sys.stdout.buffer.write(json.dumps(_answer(line)).encode("ascii") + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    _main()

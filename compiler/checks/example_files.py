"""Makes the files of an example: a small skill about taking notes, with something wrong in it."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = [
    "CASES",
    "Files",
    "bilingual",
    "case",
    "cases",
    "expert",
    "many",
    "other",
    "skill",
    "with_recipes",
]

Files = Mapping[str, str | bytes]

CASES = "notes/evals/cases.yaml"
_DESCRIPTION = "Writes meeting notes. Use when somebody pastes a transcript of a talk."


def skill(
    body: str,
    *,
    folder: str = "notes",
    name: str = "notes",
    end: str = "\n",
    **front: str,
) -> dict[str, str | bytes]:
    """Return an Agent Skills folder; an empty value leaves a key of its front matter out."""
    keys = {"description": _DESCRIPTION, "license": "MIT", **front}
    lines = [f"name: {name}"]
    for key, value in keys.items():
        if value:
            quoted = f'"{value}"' if key in {"description", "license"} else value
            lines.append(f"{key}: {quoted}" if not value.startswith("\n") else f"{key}:{value}")
    head = "\n".join(lines)
    return {f"{folder}/SKILL.md": f"---\n{head}\n---\n\n{body.rstrip(chr(10))}{end}"}


def bilingual(english: str, chinese: str) -> dict[str, str | bytes]:
    """Return a canonical folder in two languages."""
    front = '---\ndescription: "撰写会议纪要。当用户粘贴会议记录时使用。"\n---\n\n'
    return {**skill(english), "notes/SKILL.zh.md": f"{front}{chinese.rstrip(chr(10))}\n"}


def with_recipes(runtime: str, *, runs: str = "scripts/run_tools.py") -> dict[str, str | bytes]:
    """Return a canonical folder that brings recipes along, with a command that runs a script."""
    chinese = bilingual("Take notes.", "记笔记。")["notes/SKILL.zh.md"]
    command = f'---\ndescription: "Runs it."\n---\n\nRun `python "${{SKILL_DIR}}/{runs}"`.\n'
    return {
        **skill("Take notes.", runtime=runtime),
        "notes/SKILL.zh.md": chinese,
        "notes/commands/run.md": command,
    }


def expert(body: str) -> dict[str, str | bytes]:
    """Return a skill in one bilingual file."""
    (text,) = skill(f"# Notes / 纪要\n\n{body}").values()
    return {"notes.md": text}


def cases(text: str = "{en: Summarise it., zh: 请总结。}", *, criterion: str = "") -> str:
    """Return an eval file with one case."""
    return "version: 1\ncases:\n" + case("talk", text, criterion=criterion)


def case(
    name: str,
    text: str = "{en: Summarise it., zh: 请总结。}",
    *,
    trigger: str = "should",
    criterion: str = "",
) -> str:
    """Return one case of an eval file."""
    wanted = f'{{en: "{criterion or "Names who decided it"}", zh: "写明是谁决定的"}}'
    return (
        f"  - id: {name}\n    trigger: {trigger}\n    input: {text}\n"
        f"    criteria:\n      - text: {wanted}\n"
    )


def other(name: str) -> dict[str, str | bytes]:
    """Return another skill, whose description has nothing in common with the first one's."""
    description = f"Plans the {name} of conferences, rooms and speakers. Use before an event."
    return skill("Plan.", folder=name, name=name, description=description)


def many(count: int) -> dict[str, str | bytes]:
    """Return skills with long descriptions."""
    found: dict[str, str | bytes] = {}
    for number in range(count):
        words = " ".join(f"topic{number}x{word}" for word in range(30))
        description = f"Use when the talk is about {words}."
        name = f"notes-{number}"
        found |= skill("Take notes.", folder=name, name=name, description=description)
    return found

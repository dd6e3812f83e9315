"""The commits that a bisection looks at, in a real repository."""

from __future__ import annotations

import pytest

from polyskill.compiler.readers import discover, read
from polyskill.evals.arms.commits import arm_at, commits_between
from polyskill.evals.errors import EvalError


def load(path):
    [skill] = [one for candidate in discover(path) for one in read(candidate).skills]
    return skill


def test_the_commits_after_the_good_one_up_to_the_bad_one(repository, text):
    for number in range(4):
        repository.commit(text(more=str(number)))
    (repository.skill.parent / "README.md").write_text("elsewhere\n")
    repository.commit(text(more="3"), message="elsewhere")
    skill = load(repository.skill)
    first, second, third, fourth, fifth = repository.commits
    assert commits_between(skill, first, "HEAD") == (second, third, fourth)
    assert commits_between(skill, first, fifth) == (second, third, fourth)
    assert commits_between(skill, first, third) == (second, third)
    assert commits_between(skill, second[:10], third[:10]) == (third,)
    for good, bad in ((fourth, "HEAD"), (third, first), (first, first)):
        with pytest.raises(EvalError, match="no commit after"):
            commits_between(skill, good, bad)
    with pytest.raises(EvalError, match="no revision `nowhere`"):
        commits_between(skill, first, "nowhere")


def test_the_skill_as_it_was_or_that_it_was_not_there(repository, text, tmp_path):
    first = repository.commit(text(rule=False, rule_zh=False))
    gone = repository.commit(None)
    repository.commit(text())
    skill = load(repository.skill)
    arm = arm_at(skill, first, ("en", "zh"), tmp_path / "cache", references=False)
    assert (arm.name, arm.kind, arm.detail) == (first[:12], "previous", first)
    assert "Be brief." in arm.texts["en"]
    assert "请简短。" in arm.texts["zh"]
    named = arm_at(skill, first, ("en",), tmp_path / "cache", references=False, name="v1")
    assert named.name == "v1"
    with pytest.raises(EvalError, match="`measuring` is not in it"):
        arm_at(skill, gone, ("en",), tmp_path / "cache", references=False)

"""What all commands of ``polyskill train`` do with errors that a user can mend."""

from __future__ import annotations

from typing import Any

from ..help import Group
from ..language import tr
from ..output import complain, fail
from ..text import plain

__all__ = ["TrainGroup"]


class TrainGroup(Group):
    """A group that tells what is wrong with a configuration, its data, or the installation."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command that is called; a method of old is told what to use instead."""
        from polyskill.runtime.train.translate import old_method

        if args and args[0] not in self.commands and (old := old_method(args[0])):
            fail(tr(old.en, old.zh))
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run a command; every known error is a sentence with its place."""
        from polyskill.runtime.judge.missing import MissingLibrary
        from polyskill.runtime.train.errors import TrainError
        from polyskill.runtime.train.problems import ConfigError, DataError

        try:
            return super().invoke(ctx)
        except MissingLibrary as error:
            fail(str(error), status=1)
        except DataError as error:
            fail(plain(f"{error.path}{tr(': ', '：')}{tr(error.en, error.zh)}"), status=1)
        except TrainError as error:
            fail(plain(tr(error.en, error.zh)), status=1)
        except ConfigError as error:
            for problem in error.problems:
                key = f"`{problem.key}` " if problem.key else ""
                said = f"{key}{tr(problem.en, problem.zh)}"
                complain(plain(f"{problem.path}{tr(': ', '：')}{said}"))
            fail(_count(len(error.problems)), status=1)


def _count(number: int) -> str:
    return tr(
        f"the configuration has {number} mistake{'s' if number != 1 else ''}; nothing was started",
        f"配置中有 {number} 处错误，未开始任何操作",
    )

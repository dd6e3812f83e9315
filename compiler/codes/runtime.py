"""PS800-PS899: recipes for training and evaluation that travel with a skill."""

from __future__ import annotations

from ..diagnostics import Severity, define

__all__ = ["RECIPE_UNDECLARED", "RECIPE_UNKNOWN", "SCRIPT_IN_THE_WAY"]

RECIPE_UNKNOWN = define(
    "PS800",
    "runtime-unknown",
    Severity.ERROR,
    message=(
        "`runtime` names `{name}`, which is no recipe; did you mean `{nearest}`?",
        "`runtime` 中的 `{name}` 不是可用的配方；是否想写 `{nearest}`？",
    ),
    why=(
        "The build copies what `runtime` names into the skill; a command that runs a script which "
        "was not copied fails where the skill is installed.",
        "构建时会把 `runtime` 列出的配方复制进技能；没有复制的脚本，装好后一运行就会失败。",
    ),
    help=(
        "Write names out of: sft, dpo, reward, grpo, rloo, distill, validate, judge, analyze, "
        "tools.",
        "请从以下名称中选择：sft、dpo、reward、grpo、rloo、distill、validate、judge、analyze、tools。",
    ),
)
SCRIPT_IN_THE_WAY = define(
    "PS801",
    "runtime-script-taken",
    Severity.ERROR,
    message=(
        "`{file}` is where the build puts a recipe that `runtime` names",
        "`{file}` 的位置要留给 `runtime` 列出的配方",
    ),
    why=(
        "Two files cannot lie at one path, and a recipe of which a part is somebody else's would "
        "not do what its documentation says.",
        "同一路径放不下两个文件；混入其他文件的配方也不会按文档所写的方式运行。",
    ),
    help=(
        "Rename the file, or take the recipe out of `runtime`.",
        "请给该文件改名，或从 `runtime` 中去掉这个配方。",
    ),
)
RECIPE_UNDECLARED = define(
    "PS802",
    "runtime-undeclared",
    Severity.WARNING,
    message=(
        "a command runs `{file}`, but `runtime` does not name `{name}`",
        "有命令要运行 `{file}`，但 `runtime` 没有列出 `{name}`",
    ),
    why=(
        "The script will not be there when the assistant runs the command.",
        "助手执行该命令时，脚本并不存在。",
    ),
    help=(
        "Add the name to `runtime`, or add a script of your own at that path.",
        "请把该名称加入 `runtime`，或在该路径放上自己的脚本。",
    ),
)

"""From a configuration file to a :class:`Run`, with everything that is wrong in it at once."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from .marked import Marked, read_marked
from .methods import METHODS, TINKER_VARIANTS, RewardSpec, method_options
from .overrides import apply
from .problems import ConfigError, Problem
from .reader import Reader
from .sections import DataSection, LoraSection, ModelSection, OptimSection, Run, SamplesSection
from .translate import OLD_METHODS

__all__ = [
    "METHODS",
    "ConfigError",
    "DataSection",
    "LoraSection",
    "ModelSection",
    "OptimSection",
    "Problem",
    "RewardSpec",
    "Run",
    "SamplesSection",
    "load",
    "parse",
    "read_file",
    "to_plain",
]

#: Adapter ranks that carry a method: reinforcement learning needs O(1) bit an episode and does
#: with 1; supervised data at post-training scale may need 256 (LoRA Without Regret, 2025).
DEFAULT_RANK = {"sft": 32, "dpo": 32, "reward": 32, "grpo": 8, "rloo": 8, "distill": 32}
_DTYPES = ("auto", "float32", "bfloat16", "float16")
_SCHEDULES = ("constant", "linear", "cosine")
_POLICIES = ("grpo", "rloo")
_LONGEST = 5_000_000  # bytes of a configuration


def load(path: Path | str, overrides: Mapping[str, Any] | None = None) -> Run:
    """Read a configuration; ``overrides`` maps dotted keys (``optim.steps``) to values.

    Raises:
        ConfigError: with all problems found.
        MissingLibrary: PyYAML is not installed.
    """
    return parse(read_file(path, overrides))


def read_file(path: Path | str, overrides: Mapping[str, Any] | None = None) -> Marked:
    """Return the values of a configuration file, overridden, with their lines.

    Raises:
        ConfigError: the file cannot be read, or is no YAML mapping.
        MissingLibrary: PyYAML is not installed.
    """
    name = str(path)
    try:
        with Path(path).open("rb") as file:
            raw = file.read(_LONGEST + 1)
        text = raw.decode("utf-8-sig")
    except OSError as error:
        why = error.strerror or str(error)
        problem = Problem(name, "", f"cannot be read: {why}", f"无法读取：{why}")
        raise ConfigError([problem]) from error
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        problem = Problem(f"{name}:{line}", "", "is not UTF-8 text", "不是 UTF-8 文本")
        raise ConfigError([problem]) from error
    if len(raw) > _LONGEST:
        problem = Problem(name, "", "is too large for a configuration", "文件过大，不是配置文件")
        raise ConfigError([problem])
    return apply(read_marked(text, name), overrides or {})


def parse(marked: Marked) -> Run:
    """Turn the values of a configuration into a run.

    Raises:
        ConfigError: with all problems found.
    """
    problems: list[Problem] = []
    method = _method(marked, problems)
    reader = Reader(marked.values, "", marked, problems, method)
    reader.known.append("method")
    options = method_options(method, reader.section(method))
    run = Run(
        method=method,
        model=_model(reader.section("model")),
        data=_data(reader.section("data")),
        lora=_lora(reader, method),
        optim=_optim(reader.section("optim")),
        out=reader.text("out", f"runs/{method}"),
        method_options=options,
        eval_every=reader.whole("eval_every", 0, least=0),
        save_every=reader.whole("save_every", 0, least=0),
        samples=_samples(reader, method),
        backend=reader.choice("backend", ("trl", "tinker"), "trl"),
        trackers=reader.texts("trackers"),
        trainer=reader.mapping("trainer"),
    )
    for other in METHODS:
        if other != method and other in marked.values:
            reader.known.append(other)
            reader.report(
                other,
                f"is the section of another method; this run is `{method}`: take it out",
                f"是其他方法的小节；本次运行的方法为 `{method}`，请删去",
            )
    reader.finish()
    if method in _POLICIES:
        _groups(run, reader)
    if run.backend == "trl" and options.get("variant") in TINKER_VARIANTS:
        reader.report(
            f"{method}.variant",
            f"`{options['variant']}` is a loss of Tinker: set `backend: tinker`, or take `dapo`",
            f"`{options['variant']}` 是 Tinker 的损失：请设 `backend: tinker`，或改用 `dapo`",
        )
    if problems:
        raise ConfigError(problems)
    return run


def to_plain(run: Run) -> dict[str, Any]:
    """Return a run as plain JSON values, with all defaults; :func:`parse` reads it back."""
    plain = dataclasses.asdict(run)
    options = plain.pop("method_options")
    plain[run.method] = options
    return {key: _listed(value) for key, value in plain.items()}


def _listed(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _listed(inner) for key, inner in value.items()}
    return [_listed(one) for one in value] if isinstance(value, list | tuple) else value


def _method(marked: Marked, problems: list[Problem]) -> str:
    value = marked.values.get("method")
    old = OLD_METHODS.get(value.lower()) if isinstance(value, str) else None
    if value in METHODS:
        return str(value)
    if old is not None:
        en, zh = old.en, old.zh
    elif value is None:
        en = f"is missing; it is one of {', '.join(METHODS)}"
        zh = f"缺少此项；应为 {'、'.join(METHODS)} 之一"
    else:
        en = f"is {value!r:.60}; it must be one of {', '.join(METHODS)}"
        zh = f"的值为 {value!r:.60}；应为 {'、'.join(METHODS)} 之一"
    # The rest cannot be judged without knowing the method.
    raise ConfigError([*problems, Problem(marked.place("method"), "method", en, zh)])


def _model(reader: Reader) -> ModelSection:
    section = ModelSection(
        path=reader.text("path"),
        dtype=reader.choice("dtype", _DTYPES, "auto"),
        revision=reader.text("revision", None),
        chat_template=reader.text("chat_template", None),
    )
    reader.finish()
    return section


def _data(reader: Reader) -> DataSection:
    fields = reader.mapping("fields")
    if not all(isinstance(name, str) for name in fields.values()):
        reader.report("fields", "must map names to names of columns", "应为名称到列名的映射")
    section = DataSection(
        train=reader.text("train"),
        eval=reader.text("eval", None),
        format=reader.choice("format", ("auto", "jsonl", "json", "csv"), "auto"),
        fields=fields,
        max_length=reader.whole("max_length", 1024, least=2),
        packing=reader.flag("packing", False),
        loss_on=reader.choice("loss_on", ("completion", "assistant", "all"), "completion"),
        chat=reader.choice("chat", ("auto", "yes", "no"), "auto"),
    )
    reader.finish()
    return section


def _lora(reader: Reader, method: str) -> LoraSection | None:
    """An absent section is an adapter with defaults; `lora: null` or `false` trains all weights."""
    if "lora" in reader.values and reader.values["lora"] in (None, False):
        reader.known.append("lora")
        return None
    inner = reader.section("lora")
    targets = inner.texts("targets", ("all-linear",))
    named = targets[0] if len(targets) == 1 and targets[0] in _GROUPS else targets
    section = LoraSection(
        rank=inner.whole("rank", DEFAULT_RANK[method]),
        alpha=inner.number("alpha", 32.0, above=True),
        dropout=inner.number("dropout", 0.0, most=0.9),
        targets=named,
        exclude_router=inner.flag("exclude_router", True),
    )
    inner.finish()
    return section


_GROUPS = ("all-linear", "mlp", "attention")


def _optim(reader: Reader) -> OptimSection:
    rate: float | Literal["auto"] = "auto"
    reader.known.append("learning_rate")
    if reader.values.get("learning_rate", "auto") != "auto":
        rate = reader.number("learning_rate", above=True)
    batch = reader.whole("batch_size", 8)
    section = OptimSection(
        learning_rate=rate,
        batch_size=batch,
        micro_batch=reader.whole("micro_batch", 1),
        steps=reader.whole("steps", None),
        epochs=reader.number("epochs", None, above=True),
        warmup=reader.number("warmup", 0.0),
        schedule=reader.choice("schedule", _SCHEDULES, "constant"),
        weight_decay=reader.number("weight_decay", 0.0),
        seed=reader.whole("seed", 0, least=0),
    )
    if section.steps is not None and section.epochs is not None:
        reader.report(
            "steps", "and `epochs` are both set; keep one", "与 `epochs` 不能同时设置，请只保留一项"
        )
    if section.steps is None and section.epochs is None:
        section = dataclasses.replace(section, epochs=1.0)
    if batch % section.micro_batch:
        reader.report(
            "batch_size",
            f"{batch} is no multiple of `optim.micro_batch`, {section.micro_batch}",
            f"{batch} 不是 `optim.micro_batch`（{section.micro_batch}）的整数倍",
        )
    reader.finish()
    return section


def _samples(reader: Reader, method: str) -> SamplesSection:
    """Read how many prompts are answered: a number, or a section; `false` is none."""
    usual = SamplesSection(0) if method in _POLICIES else SamplesSection()
    given = reader.values.get("samples")
    if given is False:
        reader.known.append("samples")
        return SamplesSection(0)
    if isinstance(given, int | float | str):
        section = SamplesSection(reader.whole("samples", usual.count, least=0))
    else:
        inner = reader.section("samples")
        section = SamplesSection(
            inner.whole("count", usual.count, least=0),
            inner.whole("max_new_tokens", usual.max_new_tokens),
        )
        inner.finish()
        reader.known.append("samples")
    if section.count and method in _POLICIES:
        reader.report(
            "samples",
            f"is for other methods: `{method}` writes down answers of every step as it is; take it "
            "out",
            f"用于其他方法：`{method}` 本来就会记录每一步的回答，请删去",
        )
    return section


def _groups(run: Run, reader: Reader) -> None:
    """Completions of a step are whole groups: each prompt is answered ``group`` times."""
    batch, group = run.optim.batch_size, run.method_options["group"]
    if batch % group:
        fitting = max(group, batch // group * group)
        reader.report(
            "optim.batch_size",
            f"{batch} completions a step are no multiple of `{run.method}.group`, {group}; write "
            f"{fitting}",
            f"每步 {batch} 个回答不是 `{run.method}.group`（{group}）的整数倍；请写 {fitting}",
        )

"""The fixed words of a report, in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping

from .finding import Severity, Sureness, Text, text

__all__ = ["METRICS", "SEVERITIES", "SURENESS", "WORDS", "metric"]

SEVERITIES: Mapping[str, Text] = {
    Severity.PROBLEM: text("problem", "问题"),
    Severity.WARNING: text("warning", "警告"),
    Severity.NOTE: text("note", "提示"),
}
SURENESS: Mapping[str, Text] = {
    Sureness.SURE: text("sure", "确定"),
    Sureness.LIKELY: text("likely", "很可能"),
    Sureness.POSSIBLE: text("possible", "可能"),
}
#: What the curves are; the units are those of :data:`..metrics.NAMES`.
METRICS: Mapping[str, Text] = {
    "loss": text("training loss", "训练损失"),
    "eval_loss": text("held-out loss", "留出损失"),
    "lr": text("learning rate", "学习率"),
    "grad_norm": text("gradient norm", "梯度范数"),
    "reward": text("reward", "奖励"),
    "reward_std": text("spread of rewards in a group", "组内奖励标准差"),
    "kl": text("divergence from the reference (nats)", "与参考模型的散度（奈特）"),
    "entropy": text("entropy (nats)", "熵（奈特）"),
    "length": text("length of answers (tokens)", "回答长度（词元）"),
    "clipped": text("share of cut answers", "被截断回答的比例"),
    "zero_std": text("share of groups without signal", "无信号分组的比例"),
    "accuracy": text("accuracy", "准确率"),
    "margin": text("margin of preferences", "偏好间隔"),
}
WORDS: Mapping[str, Text] = {
    "title": text("Training run", "训练运行"),
    "method": text("method", "方法"),
    "state": text("state", "状态"),
    "steps": text("steps", "步数"),
    "model": text("model", "模型"),
    "started": text("started", "开始时间"),
    "findings": text("Findings", "发现"),
    "healthy": text("Nothing wrong was found.", "没有发现问题。"),
    "evidence": text("Seen", "依据"),
    "advice": text("Do", "建议"),
    "samples": text("Samples", "样本"),
    "said": text("What the model says", "模型的回答"),
    "scored": text("What the model prefers", "模型的偏好"),
    "held_out": text("held out", "留出样本"),
    "trained_on": text("from the training data", "取自训练数据"),
    "reference": text("answer of the data", "数据中的回答"),
    "chosen": text("chosen", "选中"),
    "rejected": text("rejected", "拒绝"),
    "margin": text("margin", "偏好间隔"),
    "cut": text("cut", "被截断"),
    "nothing": text("(nothing)", "（空）"),
    "step": text("step", "步"),
    "prompt": text("prompt", "提示"),
    "answer": text("answer", "回答"),
    "curves": text("Curves", "曲线"),
    "metric": text("metric", "指标"),
    "first": text("first", "起始"),
    "last": text("last", "结束"),
    "least": text("least", "最小"),
    "most": text("most", "最大"),
    "broken": text("no number", "非数值"),
    "looked": text("Looked for", "已检查"),
    "blind": text("No data for", "缺少数据，未检查"),
    "unreadable": text("Lines that could not be read", "无法读取的行"),
    "config": text("Configuration", "配置"),
    "versions": text("Versions", "版本"),
    "legend": text(
        "Thin: every step. Bold: running median. Shaded, with its number: a finding.",
        "细线：每一步；粗线：滑动中位数；阴影与编号：对应的发现。",
    ),
    "no_steps": text("No step was recorded.", "没有任何一步的记录。"),
}


def metric(name: str) -> Text:
    """Return what a curve is; a reward, an item or a judge by its own name."""
    kinds = {
        "rewards/": text("reward", "奖励"),
        "items/": text("passed", "通过率"),
        "judge/": text("held-out judge", "未参与训练的评判"),
        "eval/": text("held out", "留出"),
    }
    for prefix, kind in kinds.items():
        if name.startswith(prefix):
            own = name.removeprefix(prefix)
            return text(f"{kind['en']}: {own}", f"{kind['zh']}：{own}")
    return METRICS.get(name, text(name, name))

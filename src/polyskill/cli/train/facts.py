"""The figures of a validated run, a line each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..language import tr

__all__ = ["facts_shown"]

_GIB = 2**30


def facts_shown(facts: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is known of data, adapter, memory and time, for a person to read."""
    if tokens := facts.get("tokens"):
        about = "" if tokens["exact"] else tr("about ", "约 ")
        learnt = f", {tokens['learnt']:,.0f} learnt" if tokens["learnt"] else ""
        learnt_zh = f"，其中 {tokens['learnt']:,.0f} 参与学习" if tokens["learnt"] else ""
        yield tr(
            f"data      {tokens['examples']:,} examples, {about}{tokens['seen']:,.0f} tokens"
            f"{learnt}; median {tokens['median']}, 95 % up to "
            f"{tokens['p95']}, longest {tokens['longest']}; {tokens['truncated']:.1%} cut off",
            f"数据      {tokens['examples']:,} 个样本，{about}{tokens['seen']:,.0f} 词元"
            f"{learnt_zh}；中位数 {tokens['median']}，95% 不超过 "
            f"{tokens['p95']}，最长 {tokens['longest']}；{tokens['truncated']:.1%} 被截断",
        )
    if steps := facts.get("steps"):
        passes = facts.get("passes")
        over = f", {passes:.2g} passes over the data" if passes else ""
        over_zh = f"，数据重复 {passes:.2g} 遍" if passes else ""
        yield tr(f"steps     {steps:,}{over}", f"步数      {steps:,}{over_zh}")
    if lora := facts.get("lora"):
        budget = facts["budget"]
        yield tr(
            f"adapter   {lora['trainable']:,} parameters ({lora['share']:.2%}, rank "
            f"{lora['rank']}); holds at most {budget['capacity']:,.0f} bits, the data at most "
            f"{budget['bits']:,.0f}",
            f"适配器    {lora['trainable']:,} 个参数（{lora['share']:.2%}，秩 {lora['rank']}）；"
            f"至多容纳 {budget['capacity']:,.0f} 比特，数据至多含 {budget['bits']:,.0f} 比特",
        )
    if memory := facts.get("memory"):
        yield tr(
            f"memory    about {memory['total'] / _GIB:.2f} GiB a device",
            f"显存      每个设备约 {memory['total'] / _GIB:.2f} GiB",
        )
    if compute := facts.get("compute"):
        hours = compute["seconds"] / 3600
        device, share = compute["device"], f"{compute['utilisation']:.0%}"
        yield tr(
            f"compute   {compute['flops']:.3g} FLOPs, {_time(hours)} on one {device} at {share} of "
            "its peak (training alone, no generation)",
            f"计算量    {compute['flops']:.3g} FLOPs，单张 {device} 以峰值的 {share} 计，"
            f"{_time(hours)}（仅训练，不含生成）",
        )


def _time(hours: float) -> str:
    if hours >= 1:
        return tr(f"about {hours:.1f} h", f"约 {hours:.1f} 小时")
    if hours * 60 >= 1:
        return tr(f"about {hours * 60:.0f} min", f"约 {hours * 60:.0f} 分钟")
    return tr("less than a minute", "不到一分钟")

"""The words of all reports, in English and in Chinese."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["WORDS", "both", "say"]

#: Placeholders in braces are filled by :func:`say`, and by the page's script in the same way.
WORDS: Mapping[str, tuple[str, str]] = {
    # verdicts
    "improved": ("improved", "有提升"),
    "no-regression": ("no regression", "无退化"),
    "regressed": ("regressed", "退化"),
    "underpowered": ("underpowered", "样本不足"),
    "invalid": ("invalid", "无效"),
    "none": ("no gate", "未设门槛"),
    # how a call can end
    "ok": ("answered", "已作答"),
    "refusal": ("refused", "拒绝作答"),
    "truncated": ("cut off", "被截断"),
    "malformed": ("malformed answer", "响应格式错误"),
    "rate-limited": ("rate limited", "触发限流"),
    "timeout": ("timed out", "超时"),
    "server": ("server error", "服务端错误"),
    "transport": ("connection failed", "连接失败"),
    "rejected": ("request rejected", "请求被拒"),
    "judge-invalid": ("invalid judgement", "评判无效"),
    "budget": ("not asked: budget", "未调用：预算不足"),
    # marks
    "pass": ("passed", "通过"),
    "fail": ("failed", "未通过"),
    "undecided": ("undecided", "未定"),
    "ungraded": ("not graded", "未评分"),
    "win": ("won", "胜"),
    "tie": ("tied", "平"),
    "loss": ("lost", "负"),
    "wtl": ("W/T/L", "胜/平/负"),
    "win_tie_loss": (
        "{wins} won · {ties} tied · {losses} lost",
        "{wins} 胜 · {ties} 平 · {losses} 负",
    ),
    # the head of a report
    "title": ("Evaluation of {name}", "{name} 评测报告"),
    "title_many": ("Evaluation of {n} runs", "{n} 次评测汇总"),
    "created": ("run on", "运行时间"),
    "version": ("polyskill", "polyskill 版本"),
    "source": ("answers", "回答来源"),
    "live": ("asked live", "实时调用"),
    "recorded": ("replayed from a recording", "回放录制结果"),
    "recorded_by": ("recorded by", "录制者"),
    "models": ("models", "模型"),
    "judges": ("judges", "评判模型"),
    "no_judges": ("none: deterministic checks only", "无：仅确定性检查"),
    "languages": ("languages", "语言"),
    "size": ("size", "规模"),
    "size_of": (
        "cases: {cases}; answers: {samples}; repeats: {repeats}",
        "用例 {cases} 个，回答 {samples} 个，每格重复 {repeats} 次",
    ),
    "digest": ("digest of the skill", "技能摘要值"),
    "path": ("source", "源路径"),
    "arms": ("arms", "实验组"),
    "stale": (
        "Recorded for another text than today's: {names}. Record again to trust these figures.",
        "以下实验组的录制内容与当前文本不一致：{names}。请重新录制后再采信这些数字。",
    ),
    # verdicts and figures
    "verdict": ("Verdict", "结论"),
    "no_gate": (
        "This run has no gate: the comparisons below inform, they do not decide.",
        "本次运行未设门槛：以下比较仅供参考，不作判定。",
    ),
    "no_comparison": (
        "Nothing to compare: the run has a single arm.",
        "没有可比较的内容：本次运行只有一个实验组。",
    ),
    "versus": ("{candidate} against {baseline}", "{candidate} 对比 {baseline}"),
    "all_models": ("all models", "全部模型"),
    "all_languages": ("all languages", "全部语言"),
    "lang_en": ("English", "英文"),
    "lang_zh": ("Chinese", "中文"),
    "score": ("score", "得分"),
    "pairwise": ("pairwise", "成对比较"),
    "n_cases": ("cases: {n}", "用例 {n} 个"),
    "needed": ("needed for 80 % power: {n}", "达到 80% 检验功效需 {n} 个"),
    "needed_short": ("needed", "所需"),
    "colon": (": ", "："),
    "needed_unknown": ("needed for 80 % power: unknown", "达到 80% 检验功效所需用例数：未知"),
    "p_worse": ("p (worse)", "p（变差）"),
    "p_better": ("p (better)", "p（变好）"),
    "adjusted": ("after Holm", "Holm 校正后"),
    "missing_share": ("missing", "缺失"),
    "no_data": ("nothing graded", "没有已评分的数据"),
    "no_interval_one": ("no interval: one case", "无区间：仅一个用例"),
    "no_interval": ("no interval", "无区间"),
    "unpriced": ("a model has no price", "有模型缺少价格"),
    "no_price": ("no price", "无价格"),
    "no_uplift": ("no certain change to divide by", "差异不确定，无法相除"),
    "uplift": ("Uplift", "提升幅度"),
    "uplift_note": (
        "Difference of scores, or win rate less one half, in points of 100. The dot is the "
        "estimate, the line its 95 % interval; right of zero the candidate is better.",
        "得分之差，或胜率减去二分之一，以百分点计。圆点为估计值，横线为 95% 区间；"
        "位于零线右侧表示候选组更好。",
    ),
    "margin_note": (
        "The band is the margin of ± {margin} points within which a loss is accepted.",
        "色带为 ± {margin} 个百分点的容许界限。",
    ),
    "wins": ("Wins, ties, losses", "胜、平、负"),
    "wins_note": (
        "Cases in which the candidate did better, alike or worse.",
        "候选组表现更好、相当或更差的用例数。",
    ),
    "rates": ("Pass rates", "通过率"),
    "rates_note": (
        "Share of answers that pass all checks and all must and must-not criteria, with 95 % "
        "Wilson intervals.",
        "通过全部检查以及全部“必须”“禁止”准则的回答比例，附 95% Wilson 区间。",
    ),
    "judging": ("Judges", "评判模型的可靠性"),
    "judging_note": (
        "How often a judge chose the answer that stood first (½ is fair), and how often its "
        "verdict held when the order was turned.",
        "评判模型选择排在前面的回答的比例（½ 为公平），以及交换顺序后结论保持不变的比例。",
    ),
    "first_rate": ("chose the first", "选择前者"),
    "consistency": ("kept its verdict", "结论一致"),
    "uncalibrated": ("not calibrated", "未经校准"),
    "not_cleared": ("failed its calibration", "未通过校准"),
    "strengths": ("Strength of the arms", "各实验组的强度"),
    "strengths_note": (
        "Bradley–Terry, in logits against the mean of the arms, from all pairs that were judged, "
        "with 95 % intervals.",
        "依据全部成对评判计算的 Bradley–Terry 强度，单位为 logit，以各实验组的均值为零点，"
        "附 95% 区间。",
    ),
    "regularised": (
        "regularised: an arm never lost, or never won, so that the strengths are drawn towards "
        "the mean",
        "已正则化：有实验组从未落败或从未获胜，强度因此向均值收缩",
    ),
    "lengths": ("Win rates, and at equal lengths", "胜率及等长胜率"),
    "lengths_note": (
        "Judges tend to favour the longer answer: the second rate is what a regression on the "
        "difference of lengths leaves of the first.",
        "评判模型往往偏爱较长的回答。等长胜率是用回归扣除长度差异影响后的结果。",
    ),
    "judge": ("judge", "评判模型"),
    "raw": ("as judged", "原始胜率"),
    "controlled": ("at equal lengths", "等长胜率"),
    "swayed": (
        "{candidate} wins {raw} of the pairs with {baseline}, but {controlled} at equal lengths "
        "of the answers",
        "{candidate} 对 {baseline} 的胜率为 {raw}，但按等长回答计为 {controlled}",
    ),
    "agreement": ("Agreement of the judges", "评判模型之间的一致性"),
    "agreement_note": (
        "Krippendorff's alpha: 1 is full agreement, 0 what chance would give; below 0.667 "
        "nothing should rest on it.",
        "Krippendorff α：1 为完全一致，0 相当于随机；低于 0.667 时不宜据此下结论。",
    ),
    "alpha": ("alpha", "α 系数"),
    "judged": ("what was judged", "评判对象"),
    "no_alpha": (
        "nothing was judged twice, or all opinions are the same",
        "没有被多次评判的内容，或所有意见都相同",
    ),
    "disagree": (
        "the judges agree too little ({what}: Krippendorff's alpha {alpha})",
        "评判模型之间的一致性过低（{what}：Krippendorff α 为 {alpha}）",
    ),
    "reliability": ("With several tries", "多次尝试"),
    "reliability_note": (
        "Over cases, the mean chance that at least one of k answers passes (pass@k), and that all "
        "k do (pass^k).",
        "k 个回答中至少一个通过（pass@k）以及全部通过（pass^k）的概率，取各用例的均值。",
    ),
    "corrected": ("Corrected for the judge's errors", "按评判误差修正"),
    "corrected_note": (
        "Share of answers that meet their criteria, corrected for how often the judge was wrong on "
        "labelled answers (Rogan and Gladen).",
        "满足评判标准的回答比例，已按评判模型在带标注回答上的错误率修正（Rogan–Gladen）。",
    ),
    "no_pairs": ("No pairwise judgements in this run.", "本次运行没有成对评判。"),
    "trouble": ("Trouble", "异常情况"),
    "trouble_note": (
        "Calls that ended without an answer are counted here; they are neither failures nor ties.",
        "未得到回答的调用在此单独计数，既不算未通过，也不算平局。",
    ),
    "calls": ("calls", "调用次数"),
    "outcome": ("outcome", "结果"),
    "share": ("share", "占比"),
    "arm": ("arm", "实验组"),
    "model": ("model", "模型"),
    "language": ("language", "语言"),
    "ungraded_share": ("answers not graded", "未评分的回答"),
    "cost": ("Cost", "费用"),
    "spent": (
        "{calls} calls, {input} tokens in, {output} tokens out, {cost}",
        "调用 {calls} 次，输入 {input} 词元，输出 {output} 词元，费用 {cost}",
    ),
    "of_budget": ("of a budget of {budget}", "预算 {budget}"),
    "tokens_in": ("tokens in", "输入词元"),
    "tokens_out": ("tokens out", "输出词元"),
    "dollars": ("US dollars", "美元"),
    "seconds": ("seconds an answer", "平均每回答秒数"),
    "skill_tokens": ("tokens of the skill", "技能词元"),
    "per_point": ("Dollars per added point", "每提升一个百分点的费用（美元）"),
    "parity": ("Language parity", "中英文一致性"),
    "parity_note": (
        "English less Chinese on the same cases, in points of 100, with the interval of the "
        "equivalence test: the two are equivalent where it lies within the margin.",
        "相同用例上英文减中文的差值（百分点）及等价检验的区间；区间完全落在界限内即为等价。",
    ),
    "wrong_language": ("in another language: {share}", "使用其他语言作答：{share}"),
    "equivalent": ("equivalent", "等价"),
    "different": ("not equivalent", "不等价"),
    "undetermined": ("not shown", "尚无法判断"),
    "margin": ("margin", "界限"),
    "difference": ("difference", "差值"),
    "how": ("How it was run", "运行方式"),
    "setting": ("setting", "设置项"),
    "value": ("value", "取值"),
    "reproduce": ("Reproduce", "复现"),
    "reason": ("why", "原因"),
    # cases
    "cases": ("Cases", "用例"),
    "case": ("case", "用例"),
    "answers": ("answers", "回答"),
    "repeat": ("repeat {n}", "第 {n} 次"),
    "prompt": ("Prompt", "提问"),
    "no_answer": ("no answer", "没有回答"),
    "cut": (
        "{n} more characters are in results.json",
        "其余 {n} 个字符见 results.json",
    ),
    "stopped": ("stopped: {reason}", "停止原因：{reason}"),
    "tokens": ("{input} tokens in, {output} out", "输入 {input} 词元，输出 {output} 词元"),
    "checks": ("Checks", "检查"),
    "criteria": ("Criteria", "准则"),
    "must": ("must", "必须"),
    "should": ("should", "应当"),
    "must_not": ("must not", "禁止"),
    "weight": ("weight {n}", "权重 {n}"),
    "quote_missing": ("the quote is not in the answer", "引文不在回答中"),
    "flags": ("Flags", "标记"),
    "pairs": ("Judged side by side", "成对评判"),
    "order_first": ("{candidate} first", "{candidate} 在前"),
    "order_second": ("{candidate} second", "{candidate} 在后"),
    "no_verdict": ("no valid verdict", "无有效结论"),
    "turned": ("verdict changed with the order", "结论随顺序改变"),
    "kept": ("same verdict in both orders", "两种顺序结论一致"),
    "more": ("Show more", "显示更多"),
    "whole": ("Show the whole answer", "显示完整回答"),
    "less": ("Show less", "收起"),
    # filters
    "filters": ("Filters", "筛选"),
    "search": ("Search", "搜索"),
    "run": ("run", "评测"),
    "all": ("all", "全部"),
    "show": ("show", "显示"),
    "only_all": ("all cases", "全部用例"),
    "only_differences": ("arms differ", "各组结果不同"),
    "only_worse": ("worse than a baseline", "差于基线"),
    "only_failures": ("failures with the skill", "使用技能仍未通过"),
    "only_trouble": ("trouble", "异常"),
    "reset": ("Reset", "重置"),
    "open_all": ("Open all", "全部展开"),
    "close_all": ("Close all", "全部折叠"),
    "shown": ("{shown} of {all}", "{shown} / {all}"),
    "nothing": ("No case matches the filters.", "没有符合筛选条件的用例。"),
    "skip": ("Skip to the cases", "跳到用例"),
    "print_cut": (
        "{n} more are not printed. Set a filter to print them.",
        "另有 {n} 项未打印，可用筛选条件分批打印。",
    ),
    "plain_cut": (
        "Without scripts this page shows the first {shown} of {all}; the others are in "
        "results.json.",
        "未启用脚本时，本页仅显示 {all} 项中的前 {shown} 项，其余见 results.json。",
    ),
    "script_failed": (
        "The list of cases could not be shown:",
        "用例列表无法显示：",
    ),
    # Markdown, terminal, JUnit
    "failing": ("Failures with the skill", "使用技能仍未通过的回答"),
    "no_failing": ("No failures with the skill.", "使用技能的回答全部通过。"),
    "left_out": (
        "Left out for length: {what}. The HTML report has everything.",
        "因篇幅省略：{what}。完整内容见 HTML 报告。",
    ),
    "left_failures": ("failures: {n}", "未通过的回答 {n} 个"),
    "left_rows": ("rows of tables: {n}", "表格 {n} 行"),
    "left_notes": ("notes: {n}", "说明 {n} 条"),
    "gate": ("gate", "门槛"),
    "baseline_failed": (
        "failed, but this arm is a baseline",
        "未通过，但该组是基线",
    ),
}


def both(key: str, **fill: object) -> tuple[str, str]:
    """Return the text of ``key`` in English and in Chinese, its placeholders filled.

    Raises:
        KeyError: there is no such text, or a placeholder was not given.
    """
    en, zh = WORDS[key]
    return en.format(**fill), zh.format(**fill)


def say(key: str, lang: str, **fill: object) -> str:
    """Return the text of ``key`` in ``lang`` ("en" or "zh"); see :func:`both`."""
    return both(key, **fill)[lang == "zh"]

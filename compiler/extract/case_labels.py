"""The labels inside a test case, in both languages, and what each of them opens."""

from __future__ import annotations

from .words import Label

__all__ = ["HEAD", "kind_of"]

_INPUT = frozenset(
    {"input", "query", "prompt", "question", "user", "user input", "user query", "user prompt"}
    | {"request", "user request", "task", "ask", "user message", "test input", "given"}
    | {"输入", "提问", "问题", "用户", "用户输入", "用户提问", "提示词", "提示", "请求", "任务"}
    | {"测试输入", "用户请求", "用户问题"}
)
_EXPECTED = frozenset(
    {"expected", "expected output", "expected response", "expected result", "expected results"}
    | {"expected behavior", "expected behaviour", "expected answer", "expectations", "expect"}
    | {"expectation", "should", "pass criteria", "success criteria", "acceptance criteria"}
    | {"criteria", "pass if", "passes if", "the response should", "response should", "output"}
    | {"must", "must include", "should include", "expected outputs", "ideal response", "then"}
    | {"期望", "期望输出", "期望结果", "期望回答", "期望行为", "预期", "预期输出", "预期结果"}
    | {"预期回答", "预期行为", "期望响应", "预期响应", "期望回复", "预期回复", "通过标准", "应当"}
    | {"评分标准", "成功标准", "验收标准", "输出", "应包含", "必须包含", "标准答案", "应该"}
)
_FORBIDDEN = frozenset(
    {"must not", "should not", "not expected", "must not include", "should not include", "never"}
    | {"fail if", "fails if", "failure criteria", "avoid", "red flags", "forbidden"}
    | {"不应", "不应包含", "不得", "禁止", "失败标准", "不能", "避免", "不应出现", "不要"}
)
_FILES = frozenset({"files", "file", "attachments", "attachment", "文件", "附件"})
HEAD = frozenset(
    {"test cases", "test case", "tests", "testing", "sample tests", "evaluation cases", "evals"}
    | {"测试用例", "测试案例", "测试", "测试样例", "评测用例", "test cases and expected outputs"}
)


def kind_of(label: Label) -> str:
    """Return what a label opens: "input", "expected", "forbidden", "files", or nothing."""
    names = label.names
    for kind, known in (
        ("input", _INPUT),
        ("forbidden", _FORBIDDEN),
        ("expected", _EXPECTED),
        ("files", _FILES),
    ):
        if names & known:
            return kind
    return ""

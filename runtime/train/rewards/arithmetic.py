"""The exact value of a number or a formula without variables, in plain text or LaTeX."""

from __future__ import annotations

import ast
import math
import re
from fractions import Fraction

__all__ = ["value_of"]

_LONGEST = 200  # characters; also bounds how deep the parser goes
_MOST_EXPONENT = 64
_MOST_BITS = 4096  # of a power
_FUNCTIONS = {"sqrt": math.sqrt, "ln": math.log, "log": math.log10, "exp": math.exp}
_NAMES = {"pi": math.pi, "e": math.e}
_DROPPED = re.compile(r"\\(?:left|right|displaystyle|,|;|!|:|quad)\b|\\[,;:! ]|\$|°|\^\\circ|~")
_PLAIN = {
    "\\times": "*", "\\cdot": "*", "\\div": "/", "×": "*", "·": "*", "÷": "/", "−": "-", "–": "-",
    "\\pi": "pi", "π": "pi", "√": "sqrt", "\\%": "%", "％": "%", "\\ln": "ln", "\\log": "log",
}  # fmt: skip
_FRACTION = re.compile(r"\\[dt]?frac\s*(?:(\d)\s*(\d)|\{([^{}]*)\}\s*\{([^{}]*)\})")
_ROOT = re.compile(r"\\sqrt\s*(?:(\d)|\{([^{}]*)\})")
_GROUPS = re.compile(r"(?<![\d.])\d{1,3}(?:(?:,|\{,\})\d{3})+(?![\d])")
_MIXED = re.compile(r"(?<![\d.*/^)-])\s*(-?)(\d+)\s+(\d+)/(\d+)$")
_BETWEEN = re.compile(r"(?<=[0-9)])\s*(?=[(a-df-z]|e(?![+-]?\d))|(?<=\))\s*(?=\d)")


def _plain(text: str) -> str:
    """Return a formula as Python would write it."""
    for _ in range(8):  # fractions within fractions, from the inside
        text, made = _FRACTION.subn(
            lambda found: f"(({found[1] or found[3]})/({found[2] or found[4]}))", text
        )
        text, roots = _ROOT.subn(lambda found: f"sqrt({found[1] or found[2]})", text)
        if not made + roots:
            break
    for sign, word in _PLAIN.items():
        text = text.replace(sign, word)
    text = _GROUPS.sub(lambda found: re.sub(r"[,{}]", "", found[0]), _DROPPED.sub(" ", text))
    text = text.replace("{", "(").replace("}", ")").strip().rstrip(".。")
    text = _MIXED.sub(lambda found: f"{found[1]}({found[2]}+{found[3]}/{found[4]})", text)
    text = re.sub(r"(\d|\))\s*%", r"\1/100", text)
    return _BETWEEN.sub("*", re.sub(r"sqrt\s*(\d+)", r"sqrt(\1)", text)).replace("^", "**")


def value_of(text: str) -> Fraction | float | None:
    r"""Return the value of ``text``, exactly where it is rational; ``None`` if it has none.

    Read are 1,234, 1.5e3, 50%, 3/4, 2^10, ``\frac{3}{4}``, ``2\sqrt{3}``, ``\pi``, 1 1/2, and
    sums, products and powers of these. Nothing is executed, and huge powers have no value.
    """
    if len(text) > _LONGEST:
        return None
    try:
        tree = ast.parse(_plain(text), mode="eval")
        found = _value(tree.body)
    except (SyntaxError, ValueError, ArithmeticError, RecursionError, MemoryError):
        return None
    return found if isinstance(found, Fraction) or math.isfinite(found) else None


def _value(node: ast.expr) -> Fraction | float:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        if isinstance(node.value, bool):
            raise ValueError("a truth value")
        number = float(node.value)
        return Fraction(str(node.value)) if math.isfinite(number) else math.inf
    if isinstance(node, ast.Name) and node.id in _NAMES:
        return _NAMES[node.id]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        inner = _value(node.operand)
        return -inner if isinstance(node.op, ast.USub) else inner
    if isinstance(node, ast.BinOp):
        return _binary(node.op, _value(node.left), _value(node.right))
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in _FUNCTIONS
        and len(node.args) == 1
        and not node.keywords
    ):
        return _FUNCTIONS[node.func.id](float(_value(node.args[0])))
    raise ValueError(ast.dump(node))


def _binary(
    operator: ast.operator, left: Fraction | float, right: Fraction | float
) -> Fraction | float:
    if isinstance(operator, ast.Add):
        return left + right
    if isinstance(operator, ast.Sub):
        return left - right
    if isinstance(operator, ast.Mult):
        return left * right
    if isinstance(operator, ast.Div):
        return left / right
    if isinstance(operator, ast.Pow):
        return _power(left, right)
    raise ValueError(type(operator).__name__)


def _power(base: Fraction | float, exponent: Fraction | float) -> Fraction | float:
    if isinstance(base, Fraction) and isinstance(exponent, Fraction) and exponent.denominator == 1:
        size = max(base.numerator.bit_length(), base.denominator.bit_length())
        if abs(exponent) <= _MOST_EXPONENT and size * abs(exponent) <= _MOST_BITS:
            return Fraction(base ** int(exponent))
    return math.pow(base, exponent)

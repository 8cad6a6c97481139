"""What sympy and a typesetter know of a formula: LaTeX and derivatives. sympy is loaded when the
first derivative is asked for; its input is built from our own tree, never from text."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from model.expressions.operations import OPERATIONS
from model.expressions.syntax import Call, Expression, Name, Number

_STRENGTH = {
    "add": 1,
    "subtract": 1,
    "multiply": 2,
    "matmul": 2,
    "negative": 2,
    "divide": 4,
    "power": 3,
}
"""How tightly an operation binds; a weaker piece inside a stronger one is put in brackets."""
_ATOM = 5
_SYMPY = {
    "exp": "exp",
    "log": "log",
    "sin": "sin",
    "cos": "cos",
    "tan": "tan",
    "sqrt": "sqrt",
    "abs": "Abs",
    "tanh": "tanh",
}


def latex(expression: Expression) -> str:
    r"""LaTeX of the formula as it is written, such as `2 \cdot y^{2} - 1`."""
    if isinstance(expression, Number):
        return _number(expression.value)
    if isinstance(expression, Name):
        return _name(expression.name)
    if expression.operation == "max" and len(expression.arguments) == 2:
        return r"\max({}, {})".format(*map(latex, expression.arguments))
    if expression.operation in ("pick", "stack"):
        return _listed(expression)
    parts = [_bracketed(expression, place) for place in range(len(expression.arguments))]
    return OPERATIONS[expression.operation].latex.format(*parts)


def _listed(call: Call) -> str:
    """pick and stack: several arguments share one place of the template."""
    parts = [latex(argument) for argument in call.arguments]
    if call.operation == "stack":
        return OPERATIONS["stack"].latex.format(", ".join(parts))
    base = call.arguments[0]
    indices = ", ".join(parts[1:])
    if isinstance(base, Name) and "_" not in base.name:
        return f"{parts[0]}_{{{indices}}}"
    return OPERATIONS["pick"].latex.format(parts[0], indices)


def _bracketed(call: Call, place: int) -> str:
    """The argument, in brackets where it binds less than the operation around it."""
    argument = call.arguments[place]
    text = latex(argument)
    around = _STRENGTH.get(call.operation, 0)
    if call.operation == "divide" or (call.operation == "power" and place == 1):
        return text  # the fraction bar and the raised place are brackets themselves
    inner = _STRENGTH.get(argument.operation, _ATOM) if isinstance(argument, Call) else _ATOM
    is_negative = isinstance(argument, Number) and argument.value < 0
    is_right_of_minus = place == 1 and call.operation == "subtract" and inner == around
    is_base = call.operation == "power" and inner != _ATOM
    if inner < around or is_right_of_minus or is_base or (is_negative and (place or around == 3)):
        return f"({text})"
    return text


def _number(value: float) -> str:
    digits, _, exponent = f"{value:.10g}".partition("e")
    return rf"{digits} \cdot 10^{{{int(exponent)}}}" if exponent else digits


def _name(name: str) -> str:
    """beta_1 becomes a Greek letter with an index."""
    stem, _, index = name.partition("_")
    greek = {"alpha", "beta", "gamma", "delta", "theta", "lambda", "mu", "nu", "rho", "sigma"}
    shown = f"\\{stem}" if stem in greek else stem if len(stem) == 1 else rf"\mathrm{{{stem}}}"
    return f"{shown}_{{{index}}}" if index else shown


def can_differentiate(expression: Expression) -> bool:
    """sympy is asked for formulas of plain numbers only; the others have their product rules."""
    plain = {"add", "subtract", "multiply", "divide", "power", "negative", "square", "sigmoid"}
    if isinstance(expression, Call):
        known = expression.operation in plain or expression.operation in _SYMPY
        return known and all(map(can_differentiate, expression.arguments))
    return True


@lru_cache(maxsize=512)
def derivative_latex(expression: Expression, name: str) -> str:
    """LaTeX of the derivative by one of its names, "" where sympy is not asked."""
    if not can_differentiate(expression):
        return ""
    import sympy

    found = sympy.diff(to_sympy(expression), sympy.Symbol(name, real=True))
    symbols = {symbol: _name(symbol.name) for symbol in found.free_symbols}
    return str(sympy.latex(found, symbol_names=symbols))


def to_sympy(expression: Expression) -> Any:
    """The formula as sympy's own tree; whole numbers stay exact."""
    import sympy

    if isinstance(expression, Number):
        is_whole = expression.value == round(expression.value) and abs(expression.value) < 1e15
        return sympy.Integer(round(expression.value)) if is_whole else sympy.Float(expression.value)
    if isinstance(expression, Name):
        return sympy.Symbol(expression.name, real=True)
    parts = [to_sympy(argument) for argument in expression.arguments]
    match expression.operation:
        case "add":
            return parts[0] + parts[1]
        case "subtract":
            return parts[0] - parts[1]
        case "multiply":
            return parts[0] * parts[1]
        case "divide":
            return parts[0] / parts[1]
        case "power":
            return parts[0] ** parts[1]
        case "negative":
            return -parts[0]
        case "square":
            return parts[0] ** 2
        case "sigmoid":
            return 1 / (1 + sympy.exp(-parts[0]))
    return getattr(sympy, _SYMPY[expression.operation])(parts[0])

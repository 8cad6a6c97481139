"""Formulas with the numbers put in, as LaTeX."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from model.expressions import Call, Expression, Name, Number
from model.expressions.symbolic import can_differentiate, latex, to_sympy
from model.layer import Array

MOST_TERMS = 6
"""Terms of a sum that are written out; the others are dots."""


def number(value: float, digits: int = 5) -> str:
    r"""`0.12346`, or `1.2346 \cdot 10^{-7}`; a negative number stands without brackets."""
    text = f"{float(value) + 0.0:.{digits}g}"  # -0 becomes 0
    if text in ("nan", "inf", "-inf"):
        return {"nan": r"\mathrm{NaN}", "inf": r"\infty", "-inf": r"-\infty"}[text]
    mantissa, has_exponent, exponent = text.partition("e")
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if has_exponent else text


def factor(value: float, digits: int = 5) -> str:
    """As a factor: in brackets where it is negative."""
    text = number(value, digits)
    return f"({text})" if text.startswith("-") else text


def sum_of(terms: Sequence[str], is_cut: bool = False) -> str:
    """a + b + ..., with dots where there are too many."""
    shown = list(terms[:MOST_TERMS])
    is_cut = is_cut or len(terms) > MOST_TERMS
    return " + ".join(shown + ([r"\cdots"] if is_cut else []))


def sum_of_products(left: Array, right: Array, digits: int) -> str:
    """a b + c d + ..., without terms that are 0 but for one."""
    matters = np.flatnonzero((left != 0) & (right != 0))
    places = matters if len(matters) else np.arange(min(1, left.size))
    pairs = [
        rf"{factor(left[k], digits)} \cdot {factor(right[k], digits)}"
        for k in places[: MOST_TERMS + 1]
    ]
    return sum_of(pairs)


def indexed(symbol: str, shape: Iterable[int], place: int) -> str:
    """`W_{2,3}`: places are counted from 1, as in formulas; a single number has none."""
    shape = tuple(shape)
    if not shape:
        return symbol
    found = np.unravel_index(place, shape)
    return f"{symbol}_{{{','.join(str(int(k) + 1) for k in found)}}}"


def parameter_symbol(name: str) -> str:
    r"""gamma is \gamma; what stands behind a _ goes up, for places stand below: W_o is W^{o}."""
    stem, _, label = name.partition("_")
    greek = {"alpha", "beta", "gamma", "theta"}
    shown = f"\\{stem}" if stem in greek else stem if len(stem) == 1 else rf"\mathrm{{{stem}}}"
    return rf"{shown}^{{\mathrm{{{label}}}}}" if label else shown


def with_numbers(expression: Expression, values: dict[str, float], digits: int) -> str:
    """A typed formula, its names replaced by numbers."""
    return latex(_replaced(expression, values, digits))


def _replaced(expression: Expression, values: dict[str, float], digits: int) -> Expression:
    if isinstance(expression, Name) and expression.name in values:
        return Number(float(f"{values[expression.name]:.{digits}g}"))
    if isinstance(expression, Call):
        parts = tuple(_replaced(each, values, digits) for each in expression.arguments)
        return Call(expression.operation, parts, expression.span)
    return expression


def slope_with_numbers(
    expression: Expression, name: str, values: dict[str, float], digits: int
) -> str:
    """The derivative of a typed formula by one name, the names replaced by numbers; "" where sympy
    is not asked."""
    if not can_differentiate(expression):
        return ""
    import sympy

    found: Any = sympy.diff(to_sympy(expression), sympy.Symbol(name, real=True))
    symbols = {
        symbol: factor(values[symbol.name], digits)
        for symbol in found.free_symbols
        if symbol.name in values
    }
    return str(sympy.latex(found, symbol_names=symbols, mul_symbol="dot"))

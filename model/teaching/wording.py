"""Formulas with the numbers put in, as LaTeX; the terms in them are marked (see `terms`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from model.expressions import Call, Expression, Name, Number
from model.expressions.symbolic import can_differentiate, latex, to_sympy
from model.layer import Array
from model.teaching.number_style import NumberStyle
from model.teaching.terms import mark

MOST_TERMS = 6
"""Terms of a sum that are written out; the others are dots."""


def factor(value: float, style: NumberStyle) -> str:
    """As a factor: in brackets where it is negative."""
    text = style.latex(value)
    return f"({text})" if text.startswith("-") else text


def sum_of(terms: Sequence[str], is_cut: bool = False) -> str:
    """a + b + ..., with dots where there are too many."""
    shown = list(terms[:MOST_TERMS])
    is_cut = is_cut or len(terms) > MOST_TERMS
    return " + ".join(shown + ([r"\cdots"] if is_cut else []))


def sum_of_products(
    left: Array, right: Array, style: NumberStyle, terms: tuple[str, str] = ("", "")
) -> str:
    """a b + c d + ..., without terms that are 0 but for one. terms: what left and right are."""
    matters = np.flatnonzero((left != 0) & (right != 0))
    places = matters if len(matters) else np.arange(min(1, left.size))
    pairs = [
        rf"{mark(terms[0], factor(left[k], style))} \cdot {mark(terms[1], factor(right[k], style))}"
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


def spoken(name: str) -> str:
    """A parameter's name in a sentence: gamma is γ."""
    return {"alpha": "α", "beta": "β", "gamma": "γ", "theta": "θ"}.get(name, name)


def with_numbers(expression: Expression, values: dict[str, float], style: NumberStyle) -> str:
    """A typed formula, its names replaced by numbers."""
    return style.localised_latex(latex(_replaced(expression, values, style)))


def _replaced(expression: Expression, values: dict[str, float], style: NumberStyle) -> Expression:
    if isinstance(expression, Name) and expression.name in values:
        return _written(values[expression.name], style)
    if isinstance(expression, Call):
        parts = tuple(_replaced(each, values, style) for each in expression.arguments)
        return Call(expression.operation, parts, expression.span)
    return expression


def _written(value: float, style: NumberStyle) -> Expression:
    fraction = style.fraction(value)
    if fraction is None or fraction.denominator == 1:
        return Number(style.rounded(value))
    parts = (Number(abs(fraction.numerator)), Number(fraction.denominator))
    positive = Call("divide", parts)
    return Call("negative", (positive,)) if fraction < 0 else positive


def slope_with_numbers(
    expression: Expression, name: str, values: dict[str, float], style: NumberStyle
) -> str:
    """The derivative of a typed formula by one name, the names replaced by numbers; "" where sympy
    is not asked."""
    if not can_differentiate(expression):
        return ""
    import sympy

    found: Any = sympy.diff(to_sympy(expression), sympy.Symbol(name, real=True))
    symbols = {
        symbol: _as_symbol(values[symbol.name], style)
        for symbol in found.free_symbols
        if symbol.name in values
    }
    return style.localised_latex(str(sympy.latex(found, symbol_names=symbols, mul_symbol="dot")))


def _as_symbol(value: float, style: NumberStyle) -> str:
    text = style.latex(value)
    return f"({text})" if text.startswith("-") or "\\" in text else text

"""What typed formulas or numbers mean: a sentence, a formula to typeset, or the fault. No Qt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from model.errors import DesignError, FieldError
from model.expressions import FormulaError, names_of, parse
from model.expressions.symbolic import latex
from model.layers.scalar import numbers

_MOST_TYPESET = 16


@dataclass(frozen=True)
class Reading:
    """says: one sentence about what was read, or what is wrong. tex: LaTeX, "" where there is
    nothing to typeset. fault: first place and one past the last, (0, 0) where no place is known."""

    says: str
    tex: str = ""
    is_faulty: bool = False
    fault: tuple[int, int] = (0, 0)


Reader = Callable[[str], Reading]


def read_formula(text: str) -> Reading:
    """A formula in named inputs."""
    try:
        tree = parse(text)
    except FormulaError as fault:
        return Reading(str(fault), is_faulty=True, fault=(fault.start, fault.end))
    names = names_of(tree)
    if not names:
        says = "It has no input: use a letter for what may change, such as 2*w + 3."
        return Reading(says, is_faulty=True)
    return Reading(f"Inputs: {', '.join(names)}", latex(tree))


def read_numbers(text: str) -> Reading:
    """A number, a vector or a matrix."""
    try:
        shape, values = numbers(text)
    except FieldError as fault:
        return Reading(str(fault), is_faulty=True)
    except DesignError as fault:
        return Reading(fault.message, is_faulty=True)
    if shape == ():
        return Reading("A number.")
    if len(shape) == 1:
        return Reading(f"A vector of {shape[0]} numbers; a decimal sign is a point.")
    says = f"A matrix of {shape[0]} rows and {shape[1]} columns."
    if len(values) > _MOST_TYPESET:
        return Reading(says)
    rows = [values[start : start + shape[1]] for start in range(0, len(values), shape[1])]
    lines = r" \\ ".join(" & ".join(f"{value:.4g}" for value in row) for row in rows)
    return Reading(says, rf"\begin{{pmatrix}} {lines} \end{{pmatrix}}")


READERS: dict[str, Reader] = {"formula": read_formula, "numbers": read_numbers}
"""By the notation of a field."""

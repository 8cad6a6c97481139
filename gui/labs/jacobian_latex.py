"""A Jacobian as LaTeX, in numbers or in symbols."""

from __future__ import annotations

from collections.abc import Callable

from model.layer import Array
from model.teaching.jacobian_symbols import Symbols
from model.teaching.number_style import NumberStyle

LATEX_SIDE = 12
"""Rows and columns up to which the whole matrix is copied."""


def latex_of(matrix: Array, style: NumberStyle, symbols: Symbols | None = None) -> str:
    """A bmatrix; of a large one its corner with dots. With symbols, those in place of numbers."""

    def cell(row: int, column: int) -> str:
        if symbols is not None:
            return symbols.cell(row, column)
        return style.latex(float(matrix[row, column]))

    return _bmatrix(matrix.shape[0], matrix.shape[1], cell)


def _bmatrix(m: int, n: int, cell: Callable[[int, int], str]) -> str:
    rows, columns = min(m, LATEX_SIDE), min(n, LATEX_SIDE)
    lines = []
    for row in range(rows):
        cells = [cell(row, column) for column in range(columns)]
        lines.append(" & ".join([*cells, r"\cdots"] if columns < n else cells))
    if rows < m:
        lines.append(" & ".join([r"\vdots"] * columns + ([r"\ddots"] if columns < n else [])))
    body = " \\\\\n".join(lines)
    return r"\mathbf{J} = \begin{bmatrix}" + f"\n{body}\n" + r"\end{bmatrix}"

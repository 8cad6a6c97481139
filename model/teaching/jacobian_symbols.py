r"""The entries of a Jacobian in symbols: $W_{ji}$ of Dense, $p_i (1_{[i=j]} - p_j)$ of softmax, ...

Each rule says what an entry is and what that amounts to; a rule whose numbers are not those of the
matrix is not used, so that the symbols cannot say anything wrong. Rows are outputs y, columns are
inputs h (or a parameter), counted from 1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from model.analysis.bench import Bench, needs_its_batch
from model.analysis.jacobian import Jacobian, matrix_on
from model.analysis.rehearsal import Rehearsal
from model.analysis.tracing import port_names
from model.layer import Array, Layer, Loss, Shape

MOST_ROWS = 1024
"""Of a matrix whose entries are looked for among the numbers of the layer."""
SAME = 1e-8
"""Of the largest entry; numbers that close are the same."""


@dataclass(frozen=True)
class Symbols:
    """entry: J_ij in LaTeX. cell: the entry at a row and column (from 0), in short LaTeX. whole:
    the matrix as one formula, "" where there is none. numbers: what the symbols amount to, None
    where the place alone tells. notes: (caption, LaTeX) that explain the letters. output, input:
    the letters of rows and columns; input_axes: of the array of the columns.
    """

    entry: str
    cell: Callable[[int, int], str]
    whole: str = ""
    numbers: Array | None = None
    notes: tuple[tuple[str, str], ...] = ()
    output: str = "y"
    input: str = "h"
    input_axes: int = 1

    @property
    def tex(self) -> str:
        """`J_ij = ∂y_i/∂h_j = ...`."""
        slope = slope_tex(self.output, self.input, self.input_axes)
        said = "" if self.entry == slope else f" = {self.entry}"
        return rf"\mathbf{{J}}_{{ij}} = {slope}{said}"

    @property
    def whole_tex(self) -> str:
        """`J = diag(p) - p p^T`, "" where there is none."""
        return rf"\mathbf{{J}} = {self.whole}" if self.whole else ""


@dataclass(frozen=True)
class Place:
    """What a rule looks at. h: the item's input on the wire (of a parameter: on the first wire);
    hs: those of all wires. out: the item's output. batch_h: of the whole batch on that wire."""

    layer: Layer
    found: Jacobian
    h: Array
    hs: tuple[Array, ...]
    batch_h: Array
    out: Array
    parameters: dict[str, Array]

    @property
    def by(self) -> str:
        """The parameter's name, "" for a wire."""
        return self.found.by if self.found.is_parameter else ""

    def index(self, flat: int, shape: Shape) -> str:
        return index_text(flat, shape)

    def row(self, i: int) -> str:
        """The index of output i."""
        return index_text(i, self.found.out_shape)

    def column(self, j: int) -> str:
        """The index of number j of the input."""
        return index_text(j, self.found.in_shape)


Rule = Callable[[Place], Symbols | None]


def index_text(flat: int, shape: Shape) -> str:
    """`3` of a vector, `23` of a small matrix, `2,13` of a larger one: counted from 1."""
    if len(shape) < 2:
        return str(flat + 1)
    parts = [str(int(k) + 1) for k in np.unravel_index(flat, shape)]
    return ("" if max(shape) < 10 else ",").join(parts)


def indexed(name: str, index: str) -> str:
    r"""LaTeX of a number of an array: `W_{23}`, `\gamma_{1}`, `W_{o,23}` of W_o."""
    stem, _, mark = name.partition("_")
    letter = stem if len(stem) == 1 else rf"\{stem}"
    return f"{letter}_{{{mark},{index}}}" if mark else f"{letter}_{{{index}}}"


def slope_tex(output: str, by: str, axes: int = 1) -> str:
    """`dy_i/dh_j`, `dJ/dh_j`, `dy_i/dW_kl`."""
    above = output if output == "J" else f"{output}_i"
    return rf"\frac{{\partial {above}}}{{\partial {indexed(by, 'kl' if axes == 2 else 'j')}}}"


def symbols_of(step: Rehearsal, found: Jacobian) -> Symbols:
    """The best symbols for a Jacobian of this step, which is done forwards and backwards."""
    from model.teaching.jacobian_rules import RULES

    place = _place(step, found)
    for rule in RULES:
        tried = rule(place)
        if tried is not None and _agrees(tried, found.matrix):
            break
    else:
        tried = _coded(step, place) or _plain(place)
    if place.by:
        tried = replace(tried, input=place.by, input_axes=len(found.in_shape))
    return tried


def _place(step: Rehearsal, found: Jacobian) -> Place:
    node = step.plan.by_id[found.node_id]
    n = step.run.at[found.node_id]
    is_loss = isinstance(node.layer, Loss)
    wire = 0 if found.is_parameter else port_names(node).index(found.by)
    batch_h = np.array(n.hs[wire]) if n.hs else np.zeros((step.batch, 0))
    return Place(
        layer=node.layer,
        found=found,
        h=batch_h[found.item],
        hs=tuple(np.array(h[found.item]) for h in n.hs),
        batch_h=batch_h,
        out=np.array([n.loss]) if is_loss else np.array(n.out[found.item]),
        parameters={name: step.plan.parameter(node.node_id, name) for name in node.parameters},
    )


def _agrees(tried: Symbols, matrix: Array) -> bool:
    if tried.numbers is None:
        return True
    if tried.numbers.shape != matrix.shape:
        return False
    bound = SAME * float(np.abs(matrix).max(initial=0.0)) + 1e-14
    return bool(np.all(np.abs(tried.numbers - matrix) <= bound))


def _coded(step: Rehearsal, place: Place) -> Symbols | None:
    """Every entry is 0 or one number of a parameter or an input, as in a convolution. Which one is
    found by putting 1, 2, 3, ... in its place: they come out again in the Jacobian."""
    found = place.found
    node = step.plan.by_id[found.node_id]
    hs = [np.array(h) for h in step.run.at[found.node_id].hs]
    if isinstance(node.layer, Loss) or not hs or found.shape[0] > MOST_ROWS:
        return None
    if needs_its_batch(step, found.node_id, hs, found.item):
        return None
    alone = [h[found.item : found.item + 1] for h in hs]
    by: int | str = found.by if found.is_parameter else port_names(node).index(found.by)
    names = [name for name in node.parameters if name != found.by]
    wires = [k for k in range(len(hs)) if k != by and not node.specs[k].classes]
    sources: tuple[int | str, ...] = (*names, *wires)
    for source in sources:
        bench = Bench(step, found.node_id, alone)
        array = bench.parameter(source) if isinstance(source, str) else bench.hs[source]
        real = np.array(array).reshape(-1)
        array[...] = np.arange(1, real.size + 1).reshape(array.shape)
        matrix = matrix_on(bench, by, 0)
        codes = np.rint(matrix)
        if np.abs(matrix - codes).max(initial=0.0) > 1e-6 or codes.min(initial=0) < 0:
            continue
        if codes.max(initial=0) > real.size:
            continue
        at = codes.astype(np.int64)
        shape = array.shape if isinstance(source, str) else array.shape[1:]
        letter = source if isinstance(source, str) else "h" if len(hs) == 1 else "g"
        tried = _of_codes(place, at, real, letter, shape)
        if _agrees(tried, found.matrix):
            return tried
    return None


def _of_codes(place: Place, at: Array, real: Array, letter: str, shape: Shape) -> Symbols:
    def cell(i: int, j: int) -> str:
        code = int(at[i, j])
        return indexed(letter, index_text(code - 1, shape)) if code else "0"

    return Symbols(
        entry=indexed(letter, "k(i, j)"),
        cell=cell,
        numbers=np.append(0.0, real)[at],
        notes=(("k(i, j)", r"\mathrm{the\,number\,that\,joins\,} j \mathrm{\,with\,} i"),),
    )


def _plain(place: Place) -> Symbols:
    """No short form: the derivative by name, and the layer's own formulas."""
    found = place.found
    output = "J" if isinstance(place.layer, Loss) else "y"
    letter = place.by or "h"

    def cell(i: int, j: int) -> str:
        if not found.matrix[i, j]:
            return "0"
        above = output if output == "J" else f"{output}_{{{place.row(i)}}}"
        return rf"\partial {above} / \partial {indexed(letter, place.column(j))}"

    axes = len(found.in_shape) if place.by else 1
    lines = tuple(place.layer.chosen_formulas().backward)
    return Symbols(slope_tex(output, letter, axes), cell, notes=lines, output=output)

"""Symbols of Jacobians: every layer has some, and what they amount to is the engine's matrix."""

from __future__ import annotations

import numpy as np
import pytest

from model.analysis.jacobian import jacobian
from model.analysis.local_study import places_of
from model.analysis.rehearsal import Rehearsal
from model.layer import Layer
from model.layers.activations import Softmax, Tanh
from model.layers.batch_norm import BatchNorm
from model.layers.convolution import Conv1D
from model.layers.dense import Dense
from model.layers.dropout import Dropout
from model.layers.layer_norm import LayerNorm
from model.layers.merge import Multiply
from model.layers.pooling import AveragePool1D
from model.layers.recurrent import SimpleRNN
from model.teaching.jacobian_symbols import Symbols, index_text, indexed, symbols_of
from tests.model.layers.registry import INNER, LOSSES, cases, small

COMPUTING = {**INNER, **LOSSES}


def rehearsed(layer: Layer) -> Rehearsal:
    case = cases(layer, batch=3, seed=1)[0]
    step = Rehearsal(case.graph, case.arrays, dtype=np.float64)
    step.there_and_back()
    return step


def of(layer: Layer, by: str) -> Symbols:
    step = rehearsed(layer)
    return symbols_of(step, jacobian(step, "tried", by, 1))


@pytest.mark.parametrize("kind", COMPUTING.values(), ids=COMPUTING)
def test_every_layer_has_symbols_whose_numbers_are_those_of_the_matrix(kind: type[Layer]):
    step = rehearsed(small(kind))
    for by in places_of(step, "tried"):
        found = jacobian(step, "tried", by, 1)
        symbols = symbols_of(step, found)
        m, n = found.shape
        assert all(symbols.cell(i, j) for i in range(m) for j in range(n))
        assert len(symbols.tex) < 300
        if symbols.numbers is not None:
            np.testing.assert_allclose(symbols.numbers, found.matrix, rtol=1e-8, atol=1e-12)
        else:
            for i, j in np.ndindex(found.shape):
                assert (symbols.cell(i, j) == "0") == (found.matrix[i, j] == 0)


@pytest.mark.parametrize(
    ("layer", "by", "cell", "expected"),
    [
        (Dense(units=3), "h", (2, 1), "W_{23}"),  # y = h W: output 3 hears input 2 through W_23
        (Dense(units=3), "W", (0, 3), "h_{2}"),  # W_21 is number 4 of W, row by row
        (Dense(units=3), "b", (1, 1), "1"),
        (Tanh(), "h", (1, 1), "f'(h_{2})"),
        (Tanh(), "h", (1, 0), "0"),
        (Softmax(), "h", (0, 0), "p_{1}(1 - p_{1})"),
        (Softmax(), "h", (0, 2), "-p_{1}p_{3}"),
        (Dropout(p=0.5), "h", (3, 3), "m_{4}"),
        (BatchNorm(), "gamma", (2, 2), r"\hat{h}_{3}"),
        (LayerNorm(), "h", (1, 0), r"-\gamma_{2}(1 + \hat{h}_{2}\hat{h}_{1})/(m\sigma)"),
        (Multiply(), "h[0]", (1, 1), "g_{2}"),
        (AveragePool1D(), "h", (0, 0), "1/2"),
        (SimpleRNN(units=4), "h", (0, 0), r"\partial y_{11} / \partial h_{11}"),
    ],
)
def test_an_entry_is_what_the_lecture_writes(
    layer: Layer, by: str, cell: tuple[int, int], expected: str
):
    assert of(layer, by).cell(*cell) == expected


def test_the_entries_of_a_convolution_are_its_weights():
    step = rehearsed(small(Conv1D))
    found = jacobian(step, "tried", "h", 1)
    symbols = symbols_of(step, found)
    W = step.plan.parameter("tried", "W")
    for i, j in np.ndindex(found.shape):
        text = symbols.cell(i, j)
        if text != "0":
            at = tuple(int(digit) - 1 for digit in text[3:-1])
            assert W[at] == found.matrix[i, j]


def test_the_head_says_the_entry_and_the_whole():
    symbols = of(Softmax(), "h")
    assert symbols.tex.endswith(r"p_i ( 1_{[i=j]} - p_j )")
    assert symbols.whole_tex == r"\mathbf{J} = \mathrm{diag}(p) - p p^{T}"


def test_indices_count_from_one_and_keep_the_axes_apart():
    assert index_text(2, (5,)) == "3"
    assert index_text(3, (2, 3)) == "21"
    assert index_text(15, (2, 12)) == "2,4"
    assert indexed("W_o", "23") == "W_{o,23}"
    assert indexed("gamma", "1") == r"\gamma_{1}"

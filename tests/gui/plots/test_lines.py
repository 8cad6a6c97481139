"""Polylines as pieces, curves in bundles, masks as pictures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtWidgets import QApplication

from gui import theme
from gui.plots.bundles import bundles_of, range_of
from gui.plots.pieces import Pieces, dashes_of, pieces_of
from gui.plots.series import Curve, smooth, thin, thin_rows
from gui.plots.stencil import Stencil
from tests.gui.plots import fakes

Make = Callable[..., Any]
BOX = QRectF(0, 0, 100, 100)


def named(key: str, steps: Any, values: Any, spread: float = 0.0) -> Curve:
    return Curve(key, fakes.curve(steps, values, spread=spread), key, key, key)


def test_points_in_the_box_are_joined_one_after_the_other() -> None:
    x, y = np.array([[0.0, 50, 100]]), np.array([[10.0, 20, 30]])
    assert pieces_of(x, y, BOX)[0].tolist() == [[0, 10, 50, 20], [50, 20, 100, 30]]


def test_a_gap_leaves_out_both_of_its_pieces() -> None:
    x, y = np.array([[0.0, 10, 20, 30, 40]]), np.array([[1.0, 2, np.nan, 4, 5]])
    assert pieces_of(x, y, BOX)[0].tolist() == [[0, 1, 10, 2], [30, 4, 40, 5]]


def test_a_piece_is_cut_where_it_leaves_the_box() -> None:
    # from (0, 50) up to (100, 250): it meets y = 100.5 at x = 25.25
    found = pieces_of(np.array([[0.0, 100]]), np.array([[50.0, 250]]), BOX)[0]
    assert found.tolist() == [pytest.approx([0, 50, 25.25, 100.5])]
    assert not len(pieces_of(np.array([[0.0, 100]]), np.array([[200.0, 250]]), BOX)[0])


@given(
    st.lists(
        st.tuples(st.floats(-1e300, 1e300), st.one_of(st.floats(), st.floats(0, 100))), max_size=20
    )
)
def test_no_piece_stands_outside_the_box(points: list[tuple[float, float]]) -> None:
    x, y = np.array([p[0] for p in points]), np.array([p[1] for p in points])
    found = pieces_of(x[None], y[None], BOX)[0]
    assert (found >= -0.51).all()
    assert (found <= 100.51).all()


def test_dashes_are_as_long_between_far_points_as_between_near_ones() -> None:
    # dashes of 4 and gaps of 6 px: 0-4, 10-14, 20-24, 30-34 on a line that rises by 2 a px
    far = np.array([[0.0, 0, 35, 70]])
    near = np.array([[x, 2 * x, x + 1, 2 * x + 2] for x in np.arange(35.0)])
    assert dashes_of(far, 4, 6).tolist() == [
        [0, 0, 4, 8], [10, 20, 14, 28], [20, 40, 24, 48], [30, 60, 34, 68],
    ]  # fmt: skip
    drawn = dashes_of(near, 4, 6)
    assert (drawn[:, 2] - drawn[:, 0]).sum() == 16
    assert (drawn[:, 1] == 2 * drawn[:, 0]).all()
    assert len(dashes_of(np.empty((0, 4)), 4, 6)) == 0


def test_an_upright_piece_is_whole_where_a_dash_is_and_left_out_in_a_gap() -> None:
    assert dashes_of(np.array([[2.0, 0, 2, 50]]), 4, 6).tolist() == [[2, 0, 2, 50]]
    assert not len(dashes_of(np.array([[7.0, 0, 7, 50]]), 4, 6))


def test_pieces_may_grow_and_shrink() -> None:
    pieces = Pieces()
    for count in (3, 400, 0, 7):
        ends = np.arange(4.0 * count).reshape(count, 4)
        pieces.set(ends)
        assert len(pieces) == count
        assert (pieces.ends == ends).all()


def test_curves_with_the_same_steps_are_one_bundle() -> None:
    curves = [named("a", [1, 2], [3, 4]), named("b", [1, 3], [3, 4]), named("c", [1, 2], [7, 8])]
    found = bundles_of(curves, lambda steps: steps, False, 0.0)
    assert [[curve.key for curve in bundle.curves] for bundle in found] == [["a", "c"], ["b"]]
    assert found[0].y.tolist() == [[3, 4], [7, 8]]


def test_the_range_reaches_from_the_least_to_the_greatest_and_passes_over_gaps() -> None:
    curves = [named("a", [1, 2, 3], [2.0, np.nan, 4.0], spread=0.5), named("b", [1], [100.0])]
    found = bundles_of(curves, lambda steps: steps, False, 0.0)
    assert range_of(found, False) == (1.0, 100.0)  # 2 less a half, and 100
    assert range_of(found, True) == (0.0, 2.0)
    assert np.isnan(range_of([], True)).all()


def test_rows_are_smoothed_and_thinned_as_each_curve_by_itself() -> None:
    rows = np.random.default_rng(0).standard_normal((3, 700))
    x = np.arange(700.0)
    assert smooth(rows, 0.9) == pytest.approx(np.stack([smooth(row, 0.9) for row in rows]))
    rows[1, 5:9] = np.nan
    assert np.isnan(smooth(rows, 0.9)[1, 5:9]).all()
    xs, ys = thin_rows(x, rows - 1, rows + 1, 200)
    for k in range(3):
        alone = thin(x, rows[k] - 1, rows[k] + 1, 200)
        assert np.array_equal(np.stack([xs[k], ys[k]]), np.stack(alone), equal_nan=True)


def test_a_stencil_shows_each_neuron_as_the_mask_says(qapp: QApplication) -> None:
    look = theme.current()
    stencil = Stencil(5, 3, 10.0, QPointF(4, 6), QSize(40, 40), 1.0, look)
    image = stencil.picture(np.array([True, False, True, False, True])).toImage()
    colors = [image.pixelColor(9 + 10 * (i % 3), 11 + 10 * (i // 3)) for i in range(6)]
    kept, ground = look.category("regularise"), look.color("plotbg")
    assert colors == [kept, ground, kept, ground, kept, ground]


def test_a_zoomed_chart_draws_nothing_beside_its_axes(make: Make) -> None:
    panel = make("loss")
    panel.controller.send(fakes.snapshot())
    chart = panel.chart
    chart._on_moved_by_hand(None)
    chart._box.setRange(xRange=(50, 80), yRange=(0.8, 1.0), padding=0)
    plot = chart._frame().plot.adjusted(-1, -1, 1, 1)
    drawn = np.concatenate([line.ends for line in chart._lines.lines.values()])
    assert len(drawn)
    assert (drawn[:, ::2] >= plot.left()).all()
    assert (drawn[:, ::2] <= plot.right()).all()
    assert (drawn[:, 1::2] >= plot.top()).all()
    assert (drawn[:, 1::2] <= plot.bottom()).all()


def test_answers_stay_until_the_next_ones_come_while_a_training_runs(make: Make) -> None:
    for key, wanted in (
        ("predictions", {"predictions": fakes.digits()}),
        ("confusion", {"predictions": fakes.digits()}),
        ("boundary", {"boundary": fakes.plane()}),
        ("histograms", {"histograms": fakes.histograms()}),
    ):
        panel = make(key)
        panel.controller.state = "running"
        panel.controller.send(fakes.snapshot(10, **wanted))
        panel.controller.send(fakes.snapshot(11))
        assert panel.empty_text == ""
        panel.controller.state = "paused"
        panel.controller.send(fakes.snapshot(12))
        assert panel.empty_text

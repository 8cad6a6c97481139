"""Arrays in little room: every number keeps its place."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPixmap
from pytestqt.qtbot import QtBot

from gui import theme
from gui.debugger.views.axes import Axes, ticks
from gui.debugger.views.grid import Grid, scale_of
from model.teaching.number_style import NumberStyle

SHAPES = [(), (1,), (7,), (300,), (784,), (3, 5), (1, 9), (40, 2), (4, 3, 5), (2, 3, 4, 2), (2, 0)]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("is_column", [False, True])
def test_a_number_is_found_where_it_is_painted(shape: tuple[int, ...], is_column: bool):
    values = np.arange(int(np.prod(shape)), dtype=float).reshape(shape)
    grid = Grid(values, "delta", is_column=is_column)
    rect = QRectF(10, 20, 331, 217)
    for place in range(0, values.size, max(values.size // 50, 1)):
        assert grid.place_at(grid.rect_of(place, rect).center(), rect) == place
        assert grid.value(place) == values.reshape(-1)[place]


def test_names_are_counted_from_one_as_in_formulas():
    grid = Grid(np.zeros((3, 4)), "h")
    assert grid.name_of(0) == "[1, 1]"
    assert grid.name_of(7) == "[2, 4]"
    assert Grid(np.zeros(()), "h").name_of(0) == ""


def test_arrows_stay_inside():
    grid = Grid(np.zeros((3, 4)), "h")
    assert grid.moved(5, 1, 0) == 6
    assert grid.moved(5, 0, 1) == 9
    assert grid.moved(0, -1, -1) == 0
    assert grid.moved(11, 1, 1) == 11


def test_neighbours_have_one_ring_around_them():
    grid = Grid(np.zeros((5, 6)), "delta")
    column = tuple(range(2, 30, 6))
    assert grid.boxes(column) == [(0, 2, 4, 2)]
    assert grid.boxes((7, 8, 13, 14)) == [(1, 1, 2, 2)]
    assert len(grid.boxes((0, 2, 29))) == 3
    assert grid.boxes(tuple(range(30))) == [], "all of it needs no ring"


@given(st.sets(st.integers(0, 29), min_size=1, max_size=29))
def test_rings_cover_just_the_places(places: set[int]):
    grid = Grid(np.zeros((5, 6)), "delta")
    found = grid.boxes(tuple(sorted(places)))
    covered = {
        row * 6 + column
        for top, left, bottom, right in found
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
    }
    assert places <= covered
    if len(found) <= 12:
        assert covered == places or len(found) == 1


def test_scales_are_symmetrical_where_the_sign_matters():
    assert scale_of(np.array([-1.0, 3.0]), "delta") == (-3.0, 3.0, "delta")
    assert scale_of(np.array([0.0, 3.0]), "h") == (0.0, 3.0, "positive")
    assert scale_of(np.array([-4.0, 3.0]), "h") == (-4.0, 4.0, "signed")
    assert scale_of(np.zeros(3), "weight") == (-1.0, 1.0, "delta")
    assert scale_of(np.array([np.nan, np.inf]), "delta") == (0.0, 1.0, "delta")


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_arrays_of_any_shape_are_painted_inside_their_room(shape: tuple[int, ...], qtbot: QtBot):
    rng = np.random.default_rng(1)
    values = rng.normal(size=shape)
    grid = Grid(values, "delta")
    look, style = theme.current(), NumberStyle()
    size = grid.size(style, look, 400.0, 120.0)
    assert size.width() <= 400.5
    picture = QPixmap(440, 300)
    picture.fill(QColor("white"))
    painter = QPainter(picture)
    rect = QRectF(QPointF(20, 20), size)
    lit = (0,) if values.size else ()
    grid.paint(painter, rect, style, look, lit, QColor("black"), QColor("red"))
    painter.end()
    image = picture.toImage()
    blank = all(
        image.pixelColor(x, y) == QColor("white")
        for x in range(0, 440, 7)
        for y in (2, 8, round(rect.bottom()) + 12)
    )
    assert blank


@pytest.mark.parametrize(
    ("low", "high", "most", "expected"),
    [(0.0, 10.0, 5, [0, 2, 4, 6, 8, 10]), (-1.0, 1.0, 4, [-1, -0.5, 0, 0.5, 1])],
)
def test_ticks_are_round(low: float, high: float, most: int, expected: list[float]):
    assert ticks(low, high, most) == pytest.approx(expected[: len(ticks(low, high, most))])
    assert len(ticks(low, high, most)) <= most + 1


def test_axes_of_a_range_without_extent_are_opened():
    axes = Axes(QRectF(0, 0, 100, 50), (2.0, 2.0), (0.0, float("nan")))
    assert axes.x(2.0) == pytest.approx(50.0)
    assert axes.y(0.0) == pytest.approx(25.0)
    assert axes.value_at(50.0) == pytest.approx(2.0)

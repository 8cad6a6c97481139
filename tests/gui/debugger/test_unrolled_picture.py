"""A recurrent cell over time: which steps are shown, and what a click on a step means."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QApplication

from gui import theme
from gui.debugger.views.unrolled_picture import UnrolledPicture, _window
from model.teaching.number_style import NumberStyle
from model.teaching.pictures import TimeRow, Unrolled

T = 20


def cell(time: int, *, is_forward: bool = True) -> Unrolled:
    numbers = np.linspace(-1, 1, T)
    keys = ("z", "h") if is_forward else ("above", "later", "dh")
    look = "h" if is_forward else "delta"
    rows = tuple(TimeRow(key, f"{key}_t", key, ("local",), numbers, look) for key in keys)
    return Unrolled(
        "Simple RNN, unit 1",
        tuple(range(1, T + 1)),
        time,
        rows,
        len(rows) - 1,
        is_forward,
        chooses=tuple(range(0, 3 * T, 3)),
    )


@pytest.mark.parametrize("count", [1, 3, 5, 30])
@pytest.mark.parametrize("at", [0, 9, T - 1])
@pytest.mark.parametrize("is_forward", [True, False])
def test_the_chosen_step_is_always_among_those_that_are_shown(count, at, is_forward):
    shown = _window(T, at, count, is_forward)
    assert at in shown
    assert len(shown) == min(count, T)
    assert shown == sorted(set(shown))


@pytest.mark.parametrize("is_forward", [True, False])
@pytest.mark.parametrize("name", ["light", "projector"])
def test_a_step_of_the_strip_is_chosen_by_its_number(qapp: QApplication, name, is_forward):
    theme.apply(qapp, name)
    chosen: list[int] = []
    picture = UnrolledPicture(cell(9, is_forward=is_forward), chosen.append)
    look, style = theme.current(), NumberStyle()
    height = picture.arrange(QRectF(0, 0, 420, 1e6), style, look)
    strip = picture.hits[-1]
    assert strip.choose is not None
    strip.choose(4)
    assert chosen == [12]
    assert all(hit.rect.right() <= 421 for hit in picture.hits)
    assert strip.rect.bottom() < height
    pixmap = QPixmap(420, round(height))
    painter = QPainter(pixmap)
    picture.paint(painter, style, look, "local")
    painter.end()
    theme.apply(qapp, "light")

"""The strips of a difference map: steps of colour, numbers, and what their tooltips say."""

from __future__ import annotations

import math

import pytest
from PySide6.QtCore import QPointF

from gui import theme
from gui.canvas.difference_mark import LEVELS, cells, is_at, level_of, percent, sentences, shade
from gui.main_window import MainWindow
from model.analysis.twin_differences import NodeDifference
from tests.gui.conftest import OpenExample


@pytest.mark.parametrize(
    ("value", "level"),
    [
        (0.0, "0"),
        (1e-9, "< 1 %"),
        (0.01, "< 10 %"),
        (0.0999, "< 10 %"),
        (0.5, "< 100 %"),
        (1.0, "more"),
        (math.inf, "more"),
        (math.nan, "more"),
    ],
)
def test_the_step_of_a_colour_is_the_one_its_legend_says(value: float, level: str):
    assert LEVELS[level_of(value)] == level


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (0.00034, "0.034 %"),
        (0.1234, "12 %"),
        (0.996, "100 %"),
        (1.5, "150 %"),
        (12.4, "12×"),
        (3e-7, "3e-05 %"),
        (math.inf, "∞"),
        (math.nan, "NaN"),
    ],
)
def test_a_difference_is_written_short(value: float, text: str):
    assert percent(value) == text


@pytest.mark.parametrize("name", theme.THEMES)
def test_the_words_in_a_cell_can_be_read_in_every_theme(name: str):
    look = theme.Theme(name)
    for token in ("fwd", "bwd", "upd"):
        shades = [shade(look, token, level) for level in range(len(LEVELS))]
        assert len({color.rgb() for color in shades}) == len(LEVELS)
        for color in shades:
            assert theme.contrast(theme.ink_on(color), color) >= 4.5


@pytest.fixture
def window(open_example: OpenExample) -> MainWindow:
    return open_example("iris")


def test_a_card_shows_what_both_have(window: MainWindow):
    scene = window.scene
    scene.set_differences({"dense_1": NodeDifference(0.5, None, 0.25)})
    item = scene.nodes["dense_1"]
    assert [(cell.letter, cell.value) for cell in cells(item)] == [("h", 0.5), ("θ", 0.25)]
    assert sentences(item)[0] == "Twin, h (what it gives): 50 % away"
    assert cells(scene.nodes["relu_1"]) == []
    scene.set_differences({})
    assert cells(item) == []


def test_the_strip_has_a_tooltip_with_every_number(window: MainWindow):
    scene = window.scene
    scene.set_differences({"dense_1": NodeDifference(0.123456789, 0.0, math.inf)})
    item = scene.nodes["dense_1"]
    spot = QPointF(20, item.size[1])
    assert is_at(item, spot)
    assert not is_at(item, QPointF(20, 10))
    tip = window.view.hovering.tip_at(item.pos() + spot)
    assert "12.3457 % away" in tip
    assert "0, not a bit away" in tip
    assert "zeros only" in tip


def test_a_loss_speaks_of_j(window: MainWindow):
    key = "softmax_cross_entropy_1"
    window.scene.set_differences({key: NodeDifference(0.5)})
    assert [cell.letter for cell in cells(window.scene.nodes[key])] == ["J"]

"""Numbers with a slider: what they tell, what they refuse, and what 0 means."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QSlider,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gui.widgets import (
    NumberField,
)
from gui.widgets.number_field import Bounds, Ticks
from gui.widgets.number_scale import NumberScale, next_round, parse_number
from tests.gui.conftest import show_widget
from tests.gui.hearing import Ear


@pytest.fixture
def chance(qtbot: QtBot) -> NumberField:
    field = NumberField("chance", 0.5, 0, 1, symbol="p", bounds=Bounds(0, 1, is_maximum_open=True))
    show_widget(qtbot, field)
    return field


def _type(qtbot: QtBot, field: QWidget, text: str) -> QAbstractSpinBox:
    spin = field.findChild(QAbstractSpinBox)
    spin.selectAll()
    qtbot.keyClicks(spin, text)
    qtbot.keyClick(spin, Qt.Key.Key_Return)
    return spin


def test_a_drag_of_the_slider_is_edited_on_the_way_and_finished_once(
    qtbot: QtBot, chance: NumberField
) -> None:
    ear = Ear(chance)
    slider = chance.findChild(QSlider)
    y = slider.height() // 2
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(slider.width() // 2, y))
    for x in range(slider.width() // 2, slider.width() - 20, 8):
        qtbot.mouseMove(slider, QPoint(x, y))
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(slider.width() - 20, y))
    assert len(ear.heard) > 3
    assert ear.heard.count("finished") == 1
    assert ear.heard[-1] == "finished"
    assert ear.heard[-2] == chance.value()
    assert 0.5 < chance.value() < 1


def test_a_click_beside_the_knob_jumps_there(qtbot: QtBot, chance: NumberField) -> None:
    slider = chance.findChild(QSlider)
    place = QPoint(slider.width() // 4, slider.height() // 2)
    qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=place)
    assert chance.value() == pytest.approx(0.25, abs=0.06)


def test_an_open_end_cannot_be_reached_by_the_slider(qtbot: QtBot, chance: NumberField) -> None:
    qtbot.keyClick(chance.findChild(QSlider), Qt.Key.Key_End)
    assert chance.value() == 0.99


def test_keys_on_the_slider_are_one_change_after_a_pause(qtbot: QtBot, chance: NumberField) -> None:
    ear = Ear(chance)
    slider = chance.findChild(QSlider)
    for _ in range(3):
        qtbot.keyClick(slider, Qt.Key.Key_Right)
    assert ear.heard == [0.51, 0.52, 0.53]
    qtbot.waitUntil(lambda: "finished" in ear.heard, timeout=3000)
    assert ear.heard == [0.51, 0.52, 0.53, "finished"]


def test_a_typed_number_is_taken_exactly(qtbot: QtBot, chance: NumberField) -> None:
    ear = Ear(chance)
    spin = _type(qtbot, chance, "0.123456789012")
    assert chance.value() == 0.123456789012
    assert spin.text() == "0.123456789012"
    assert ear.heard == [0.123456789012, "finished"]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("1", "The value must be at least 0 and less than 1."),
        ("-0.1", "The value must be at least 0 and less than 1."),
        ("half", "“half” is no number."),
        ("nan", "“nan” is no number."),
    ],
)
def test_a_wrong_entry_says_why_and_changes_nothing(
    qtbot: QtBot, chance: NumberField, typed: str, sentence: str
) -> None:
    ear = Ear(chance)
    spin = _type(qtbot, chance, typed)
    assert chance.error() == sentence
    assert spin.text() == typed  # nothing that was typed is lost
    assert chance.value() == 0.5
    assert ear.heard == []
    qtbot.keyClick(spin, Qt.Key.Key_Escape)
    assert spin.text() == "0.50"
    assert chance.error() == ""


def test_typing_may_go_beyond_the_slider_within_the_bounds(qtbot: QtBot) -> None:
    field = NumberField("learning rate", 0.001, 1e-5, 10, is_log=True, bounds=Bounds(0, None, True))
    show_widget(qtbot, field)
    _type(qtbot, field, "1e-9")
    assert field.value() == 1e-9
    assert field.findChild(QSlider).value() == 0
    _type(qtbot, field, "0")
    assert field.value() == 1e-9
    assert field.error() == "The value must be more than 0."


def test_arrows_step_round_numbers_and_stop_at_the_bounds(qtbot: QtBot) -> None:
    field = NumberField("neurons", 2, 1, 1024, is_integer=True, is_log=True)
    show_widget(qtbot, field)
    ear = Ear(field)
    spin = field.findChild(QAbstractSpinBox)
    for _ in range(3):
        qtbot.keyClick(spin, Qt.Key.Key_Down)
    assert field.value() == 1
    assert ear.heard == [1]
    assert isinstance(field.value(), int)
    _type(qtbot, field, "2.5")
    assert field.error() == "Only whole numbers are possible here."


def test_a_value_set_by_the_program_is_shown_and_told_to_nobody(chance: NumberField) -> None:
    ear = Ear(chance)
    chance.set_value(0.25)
    assert chance.findChild(QAbstractSpinBox).text() == "0.25"
    assert chance.findChild(QSlider).value() == 25
    assert ear.heard == []
    with pytest.raises(TypeError):
        chance.set_value("half")


def test_a_disabled_field_says_why(chance: NumberField) -> None:
    chance.set_disabled_reason("Training has no dropout here.")
    assert not chance.isEnabled()
    assert chance.toolTip() == "Training has no dropout here."
    chance.set_disabled_reason("")
    assert chance.isEnabled()
    assert chance.toolTip() == ""


@pytest.mark.parametrize(
    ("text", "number"),
    [("0.5", 0.5), ("0,5", 0.5), ("1e-3", 0.001), ("−2", -2.0), ("", None), ("inf", None)],
)
def test_numbers_are_read_as_people_write_them(text: str, number: float | None) -> None:
    assert parse_number(text) == number


def test_numbers_are_shown_in_full_and_short() -> None:
    linear, log = NumberScale(0, 1), NumberScale(1e-5, 10, is_log=True)
    assert [linear.text_of(x) for x in (0.5, 0, 0.123)] == ["0.50", "0.00", "0.123"]
    assert [log.text_of(x) for x in (1e-5, 0.001, 10)] == ["1e-5", "0.001", "10"]


def test_a_logarithmic_step_changes_the_leading_digit() -> None:
    log = NumberScale(1e-5, 10, is_log=True)
    assert [next_round(x, 1, log) for x in (0.001, 0.0015, 0.009)] == [0.002, 0.002, 0.01]
    assert [next_round(x, -1, log) for x in (0.001, 0.0015, 0.01)] == [0.0009, 0.001, 0.009]


@pytest.mark.parametrize("ends", [(1, 1), (2, 1), (math.nan, 1)])
def test_an_empty_range_is_refused(ends: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="empty"):
        NumberScale(*ends)
    with pytest.raises(ValueError, match="logarithmic"):
        NumberScale(0, 1, is_log=True)


@given(
    low=st.floats(-1e6, 1e6),
    width=st.floats(1e-3, 1e6),
    is_integer=st.booleans(),
    share=st.floats(0, 1),
)
def test_every_slider_position_is_a_value_within_and_comes_back(
    low: float, width: float, is_integer: bool, share: float
) -> None:
    if is_integer:
        low, width = round(low), max(1, round(width))
    scale = NumberScale(low, low + width, is_integer)
    position = round(share * scale.positions)
    value = scale.value_at(position)
    assert scale.minimum <= value <= scale.maximum
    assert abs(scale.position_of(value) - position) <= 1
    assert not is_integer or value == int(value)


@pytest.fixture
def epochs(qtbot: QtBot) -> NumberField:
    """A number of which 0 stands for never, on a slider that cannot begin at 0 by itself."""
    field = NumberField(
        "Stop after so many epochs",
        0,
        1,
        1024,
        is_integer=True,
        is_log=True,
        bounds=Bounds(0, 1_000_000),
        zero_word="never",
    )
    show_widget(qtbot, field)
    return field


def test_a_zero_with_a_meaning_is_the_left_end_of_the_slider_and_has_its_word(
    qtbot: QtBot, epochs: NumberField
) -> None:
    slider, spin = epochs.findChild(QSlider), epochs.findChild(QAbstractSpinBox)
    assert (slider.value(), spin.text()) == (0, "never")
    assert epochs.findChild(Ticks)._texts[0] == "never"
    slider.setValue(1)
    assert (epochs.value(), spin.text()) == (1, "1")
    slider.setValue(0)
    assert (epochs.value(), spin.text()) == (0, "never")


def test_zero_is_typed_as_a_number_or_as_its_word(qtbot: QtBot, epochs: NumberField) -> None:
    for typed in ("0", "never", "Never"):
        _type(qtbot, epochs, "12")
        assert epochs.value() == 12
        spin = _type(qtbot, epochs, typed)
        assert (epochs.value(), spin.text()) == (0, "never")
        assert epochs.error() == ""
    _type(qtbot, epochs, "-1")
    assert epochs.error() == "The value must be at least 0 and at most 1000000."


def test_arrows_step_over_the_gap_between_zero_and_the_slider(
    qtbot: QtBot, epochs: NumberField
) -> None:
    spin = epochs.findChild(QAbstractSpinBox)
    qtbot.keyClick(spin, Qt.Key.Key_Up)
    assert epochs.value() == 1
    for _ in range(2):
        qtbot.keyClick(spin, Qt.Key.Key_Down)
    assert epochs.value() == 0
    tiny = NumberScale(1e-6, 1.0, is_log=True, has_zero=True)
    assert next_round(0.0, 1, tiny) == 1e-6
    assert next_round(1e-6, -1, tiny) == 0


def test_every_position_of_a_slider_with_zero_comes_back() -> None:
    scale = NumberScale(1e-6, 1.0, is_log=True, has_zero=True)
    values = [scale.value_at(position) for position in range(scale.positions + 1)]
    assert values[:2] == [0, 1e-6]
    assert values[-1] == 1
    assert values == sorted(values)
    assert all(
        abs(scale.position_of(value) - position) <= 1 for position, value in enumerate(values)
    )
    assert [scale.position_of(value) for value in (0, 1e-6, 1)] == [0, 1, scale.positions]
    assert scale.middle() == 1e-3


@pytest.mark.parametrize(
    ("symbol", "said"),
    [(r"\rho", "ρ = 0.1234567"), ("p", "p = 0.1234567"), ("", "chance = 0.1234567")],
)
def test_pointing_at_a_number_gives_it_in_full_with_its_symbol(
    qtbot: QtBot, symbol: str, said: str
) -> None:
    field = NumberField("chance", 0.5, 0, 1, symbol=symbol, tooltip="Between 0 and 1")
    qtbot.addWidget(field)
    field.set_value(0.1234567)
    parts = field.findChildren(QAbstractSpinBox) + field.findChildren(QSlider)
    assert {part.toolTip() for part in parts} == {f"{said}\nBetween 0 and 1"}
    field.set_disabled_reason("Not here.")
    assert {part.toolTip() for part in parts} == {f"{said}\nNot here."}


def test_a_long_number_is_not_cut(qtbot: QtBot) -> None:
    field = NumberField("steps", 100, 1, 100_000_000, is_integer=True)
    show_widget(qtbot, field)
    spin = field.findChild(QAbstractSpinBox)
    assert spin is not None
    usual = spin.width()
    field.set_value(100_000_000)
    line = spin.lineEdit()
    needed = line.fontMetrics().horizontalAdvance("100000000")
    assert line.width() - line.textMargins().left() >= needed
    assert spin.width() > usual
    field.set_value(100)
    assert spin.width() == usual

"""The small widgets: what they tell, what they refuse, and that the keyboard is enough."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt, QTimer
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QRadioButton,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gui import theme
from gui.widgets import (
    Chip,
    Choice,
    ChoiceField,
    ElidedLabel,
    Field,
    MessageBar,
    NumberField,
    PanelHeader,
    SearchField,
    Segmented,
    TextField,
    ToggleField,
)
from gui.widgets.number_field import Bounds
from gui.widgets.number_scale import NumberScale, next_round, parse_number


class Ear:
    """Remembers what a field told."""

    def __init__(self, field: Field) -> None:
        self.heard: list[object] = []
        field.edited.connect(self.heard.append)
        field.finished.connect(self._on_finished)

    def _on_finished(self) -> None:
        self.heard.append("finished")


def _shown(qtbot: QtBot, widget: QWidget, width: int = 320) -> QWidget:
    theme.apply(QApplication.instance(), "light")
    qtbot.addWidget(widget)
    widget.resize(width, widget.sizeHint().height())
    widget.show()
    qtbot.waitExposed(widget)
    return widget


@pytest.fixture
def chance(qtbot: QtBot) -> NumberField:
    field = NumberField("chance", 0.5, 0, 1, symbol="p", bounds=Bounds(0, 1, is_maximum_open=True))
    _shown(qtbot, field)
    return field


def _type(qtbot: QtBot, field: QWidget, text: str) -> QAbstractSpinBox:
    spin = field.findChild(QAbstractSpinBox)
    spin.selectAll()
    qtbot.keyClicks(spin, text)
    qtbot.keyClick(spin, Qt.Key.Key_Return)
    return spin


# Numbers


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
    _shown(qtbot, field)
    _type(qtbot, field, "1e-9")
    assert field.value() == 1e-9
    assert field.findChild(QSlider).value() == 0
    _type(qtbot, field, "0")
    assert field.value() == 1e-9
    assert field.error() == "The value must be more than 0."


def test_arrows_step_round_numbers_and_stop_at_the_bounds(qtbot: QtBot) -> None:
    field = NumberField("neurons", 2, 1, 1024, is_integer=True, is_log=True)
    _shown(qtbot, field)
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


# Choices, toggles, text


@pytest.fixture
def scaling(qtbot: QtBot) -> ChoiceField:
    choices = [
        Choice("test", "at test time", formula=r"\times (1-p)"),
        Choice("train", "inverted", formula=r"\div (1-p)"),
    ]
    field = ChoiceField("Scaling", choices, "test")
    _shown(qtbot, field)
    return field


def test_a_choice_of_two_is_a_pair_of_cards(qtbot: QtBot, scaling: ChoiceField) -> None:
    ear = Ear(scaling)
    radios = scaling.findChildren(QRadioButton)
    assert [radio.text() for radio in radios] == ["at test time", "inverted"]
    card = radios[1].parentWidget()
    qtbot.mouseClick(card, Qt.MouseButton.LeftButton, pos=QPoint(card.width() - 5, 5))
    assert scaling.value() == "train"
    assert ear.heard == ["train", "finished"]
    assert card.property("chosen") is True
    assert radios[0].parentWidget().property("chosen") is False


def test_arrow_keys_move_between_cards(qtbot: QtBot, scaling: ChoiceField) -> None:
    radios = scaling.findChildren(QRadioButton)
    radios[0].setFocus()
    qtbot.keyClick(radios[0], Qt.Key.Key_Down)
    assert scaling.value() == "train"


def test_a_choice_set_by_the_program_is_told_to_nobody(scaling: ChoiceField) -> None:
    ear = Ear(scaling)
    scaling.set_value("train")
    assert scaling.findChildren(QRadioButton)[1].isChecked()
    assert not scaling.findChildren(QRadioButton)[0].isChecked()
    assert scaling.value() == "train"
    assert ear.heard == []
    with pytest.raises(ValueError, match="list"):
        scaling.set_value("never")


def test_many_choices_are_a_list_to_pull_down(qtbot: QtBot) -> None:
    names = ["linear", "ReLU", "tanh", "softmax"]
    field = ChoiceField("Activation", [Choice(n, n) for n in names], "tanh")
    _shown(qtbot, field)
    ear = Ear(field)
    combo = field.findChild(QComboBox)
    assert combo.currentText() == "tanh"
    qtbot.keyClick(combo, Qt.Key.Key_Down)
    assert ear.heard == ["softmax", "finished"]


def test_a_toggle_tells_yes_and_no(qtbot: QtBot) -> None:
    field = ToggleField("learn γ and β", True)
    _shown(qtbot, field)
    ear = Ear(field)
    qtbot.keyClick(field.findChild(QCheckBox), Qt.Key.Key_Space)
    assert ear.heard == [False, "finished"]
    field.set_value(True)
    assert field.value() is True
    assert len(ear.heard) == 2


def test_a_text_is_edited_with_every_letter_and_finished_on_enter(qtbot: QtBot) -> None:
    field = TextField("name", "")
    _shown(qtbot, field)
    ear = Ear(field)
    line = field.findChild(QLineEdit)
    qtbot.keyClicks(line, "ab")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert ear.heard == ["a", "ab", "finished"]
    field.set_value("c")
    assert field.value() == "c"
    assert len(ear.heard) == 3


def test_a_segmented_toggle_has_one_way_on(qtbot: QtBot) -> None:
    toggle = Segmented([(True, "every step"), (False, "frozen")], True, "New mask")
    _shown(qtbot, toggle)
    heard: list[object] = []
    toggle.changed.connect(heard.append)
    first, second = toggle.buttons()
    first.setFocus()
    qtbot.keyClick(first, Qt.Key.Key_Right)
    assert heard == [False]
    assert second.isChecked()
    assert not first.isChecked()
    assert second.accessibleName() == "New mask: frozen"
    toggle.set_value(True)
    assert first.isChecked()
    assert heard == [False]


# Labels, message bar, search


def test_a_long_text_is_shortened_and_shown_in_full_when_pointed_at(qtbot: QtBot) -> None:
    label = ElidedLabel("a sentence that is much too long for its place")
    _shown(qtbot, label, width=80)
    assert label.text().endswith("…")
    assert label.toolTip() == label.full_text() == label.accessibleName()
    label.resize(label.sizeHint())
    assert label.text() == label.full_text()
    assert label.toolTip() == ""


def test_a_panel_header_shows_title_and_buttons(qtbot: QtBot) -> None:
    header = PanelHeader("Dropout", "no parameters", "grid", "category:regularise")
    button = header.add_button("dots-vertical", "More")
    _shown(qtbot, header)
    assert [label.full_text() for label in header.findChildren(ElidedLabel)] == [
        "Dropout",
        "no parameters",
    ]
    assert button.accessibleName() == button.toolTip() == "More"
    header.set_title("Loss")
    assert not header.findChildren(ElidedLabel)[1].isVisible()


def test_a_message_offers_repairs_and_is_closed_by_them(qtbot: QtBot) -> None:
    bar = MessageBar()
    _shown(qtbot, bar)
    done: list[str] = []
    bar.show_message(
        "Dense takes vectors.", "error", [("Insert Flatten", lambda: done.append("flatten"))]
    )
    assert bar.sentence() == "Dense takes vectors."
    assert bar.level() == "error"
    (button,) = bar.action_buttons()
    qtbot.keyClick(button, Qt.Key.Key_Space)
    assert done == ["flatten"]
    assert bar.sentence() == ""


def test_escape_closes_a_message(qtbot: QtBot) -> None:
    bar = MessageBar()
    _shown(qtbot, bar)
    bar.show_message("Saved.")
    with qtbot.waitSignal(bar.closed):
        qtbot.keyClick(bar, Qt.Key.Key_Escape)
    assert bar.isHidden()


def test_a_message_lies_over_its_parent_and_moves_nothing(qtbot: QtBot) -> None:
    parent = QWidget()
    column = QVBoxLayout(parent)
    below = QWidget()
    column.addWidget(below)
    bar = MessageBar(parent)
    _shown(qtbot, parent)
    parent.resize(700, 400)
    QApplication.processEvents()
    before = below.geometry()
    bar.show_message("A long sentence about what does not fit. " * 6, "error")
    qtbot.waitUntil(lambda: bar.y() >= 0)
    assert below.geometry() == before
    assert parent.rect().contains(bar.geometry())
    parent.resize(400, 400)
    assert parent.rect().contains(bar.geometry())


def test_only_what_needs_no_answer_goes_by_itself(qtbot: QtBot, monkeypatch) -> None:
    monkeypatch.setattr(MessageBar, "underMouse", lambda _bar: False)
    bar = MessageBar()
    _shown(qtbot, bar)
    bar.show_message("Wires can only go forward.", "error")
    assert not bar.findChild(QTimer).isActive()
    bar.show_message("Saved.")
    timer = bar.findChild(QTimer)
    assert timer.isActive()
    timer.timeout.emit()
    assert bar.isHidden()


def test_a_message_that_cannot_be_shown_is_refused(qtbot: QtBot) -> None:
    bar = MessageBar()
    qtbot.addWidget(bar)
    with pytest.raises(ValueError, match="info, warn or error"):
        bar.show_message("What?", "loud")
    with pytest.raises(ValueError, match="room for 2"):
        bar.show_message("What?", "info", [("a", list)] * 3)


def test_a_search_tells_every_letter_and_escape_clears(qtbot: QtBot) -> None:
    field = SearchField("Find a layer")
    _shown(qtbot, field)
    heard: list[str] = []
    field.text_changed.connect(heard.append)
    line = field.findChild(QLineEdit)
    assert field.findChild(Chip).isVisible()
    qtbot.keyClicks(line, "re")
    assert not field.findChild(Chip).isVisible()
    assert field.findChild(QToolButton).isVisible()
    qtbot.keyClick(line, Qt.Key.Key_Escape)
    assert heard == ["r", "re", ""]
    with qtbot.waitSignals([field.descended, field.submitted]):
        qtbot.keyClick(line, Qt.Key.Key_Down)
        qtbot.keyClick(line, Qt.Key.Key_Return)


@pytest.mark.parametrize("name", list(theme.THEMES))
def test_every_widget_lives_through_a_change_of_theme(
    qapp: QApplication, qtbot: QtBot, scaling: ChoiceField, chance: NumberField, name: str
) -> None:
    try:
        theme.apply(qapp, name)
        for field in (scaling, chance):
            field.resize(field.sizeHint())
            assert not field.grab().isNull()
    finally:
        theme.apply(qapp, "light")


def test_a_widget_that_is_gone_does_not_hear_of_a_theme(qapp: QApplication) -> None:
    gone: list[bool] = []
    for _ in range(20):
        field = NumberField("chance", 0.5, 0, 1, symbol="p")
        field.destroyed.connect(lambda: gone.append(True))
        field.deleteLater()
        del field
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert len(gone) == 20
    theme.apply(qapp, "dark")
    theme.apply(qapp, "light")

"""The small widgets: what they tell, what they refuse, and that the keyboard is enough."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt, QTimer
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QRadioButton,
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
    MessageBar,
    NumberField,
    PanelHeader,
    SearchField,
    Segmented,
    TextField,
    ToggleField,
)
from gui.widgets.capitals import capitals
from gui.widgets.title_label import TitleLabel
from tests.gui.conftest import show_widget
from tests.gui.hearing import Ear


@pytest.fixture
def scaling(qtbot: QtBot) -> ChoiceField:
    choices = [
        Choice("test", "at test time", formula=r"\times (1-p)"),
        Choice("train", "inverted", formula=r"\div (1-p)"),
    ]
    field = ChoiceField("Scaling", choices, "test")
    show_widget(qtbot, field)
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
    show_widget(qtbot, field)
    ear = Ear(field)
    combo = field.findChild(QComboBox)
    assert combo.currentText() == "tanh"
    qtbot.keyClick(combo, Qt.Key.Key_Down)
    assert ear.heard == ["softmax", "finished"]


def test_a_toggle_tells_yes_and_no(qtbot: QtBot) -> None:
    field = ToggleField("learn γ and β", True)
    show_widget(qtbot, field)
    ear = Ear(field)
    qtbot.keyClick(field.findChild(QCheckBox), Qt.Key.Key_Space)
    assert ear.heard == [False, "finished"]
    field.set_value(True)
    assert field.value() is True
    assert len(ear.heard) == 2


def test_a_text_is_edited_with_every_letter_and_finished_on_enter(qtbot: QtBot) -> None:
    field = TextField("name", "")
    show_widget(qtbot, field)
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
    show_widget(qtbot, toggle)
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


def test_a_long_text_is_shortened_and_shown_in_full_when_pointed_at(qtbot: QtBot) -> None:
    label = ElidedLabel("a sentence that is much too long for its place")
    show_widget(qtbot, label, width=80)
    assert label.text().endswith("…")
    assert label.toolTip() == label.full_text() == label.accessibleName()
    label.resize(label.sizeHint())
    assert label.text() == label.full_text()
    assert label.toolTip() == ""


def test_a_panel_header_shows_title_and_buttons(qtbot: QtBot) -> None:
    header = PanelHeader("Dropout", "no parameters", "grid", "category:regularise")
    button = header.add_button("dots-vertical", "More")
    show_widget(qtbot, header)
    title, line = header.findChildren(TitleLabel)
    assert (title.full_text(), line.full_text()) == ("Dropout", "no parameters")
    assert button.accessibleName() == button.toolTip() == "More"
    header.set_title("Loss")
    assert not line.isVisible()


def test_a_message_offers_repairs_and_is_closed_by_them(qtbot: QtBot) -> None:
    bar = MessageBar()
    show_widget(qtbot, bar)
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
    show_widget(qtbot, bar)
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
    show_widget(qtbot, parent)
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
    show_widget(qtbot, bar)
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
    show_widget(qtbot, field)
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
    qapp: QApplication, qtbot: QtBot, scaling: ChoiceField, name: str
) -> None:
    chance = show_widget(qtbot, NumberField("chance", 0.5, 0, 1, symbol="p"))
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


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("At this λ", "AT THIS λ"),
        ("Statistics of feature x", "STATISTICS OF FEATURE x"),
        ("J after each step", "J AFTER EACH STEP"),
        ("Step 3 → 4 in numbers", "STEP 3 → 4 IN NUMBERS"),
        ("A batch of x₁", "A BATCH OF x₁"),
    ],
)
def test_a_heading_in_capitals_keeps_the_letters_of_mathematics(text: str, shown: str):
    assert capitals(text) == shown

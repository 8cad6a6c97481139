"""The fields of a sweep as rows of its form: which one, and its values as text."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QVBoxLayout,
    QWidget,
)

from gui import theme
from gui.inspector.pieces import caption
from gui.labs.pieces import icon_button
from gui.widgets.wrapping_button import WrappingButton
from model.assigning import TRAINING
from model.sweep.choices import Sweepable, suggested

VALUES_TIP = (
    "Values with commas between them: 0, 0.2, 0.5\n"
    "A range of so many values: 0..0.8:5\n"
    "The same, each a multiple of the one before: 1e-4..1:9:log\n"
    "Whole numbers: 1..4\n"
    "For random draws the number may be left out: 1e-4..1:log"
)


class FieldCombo(QComboBox):
    """All fields by owner and name; closed it shows the name first, cut short where need be."""

    def __init__(self, choices: list[Sweepable]) -> None:
        super().__init__()
        self._labels = [
            choice.title if choice.place.startswith(TRAINING) else choice.label
            for choice in choices
        ]
        self.setAccessibleName("Field that varies")
        self.setMinimumContentsLength(8)
        policy = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        self.setSizeAdjustPolicy(policy)
        self.setMaxVisibleItems(18)
        for k, choice in enumerate(choices):
            self.addItem(choice.title)
            tip = choice.field.description or choice.title
            self.setItemData(k, tip, Qt.ItemDataRole.ToolTipRole)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """As ever, with other words."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        control = QStyle.ComplexControl.CC_ComboBox
        part = QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(control, option, part, self).width() - 6
        words = self._labels[self.currentIndex()] if self._labels else ""
        elide = Qt.TextElideMode.ElideRight
        option.currentText = self.fontMetrics().elidedText(words, elide, room)  # type: ignore[attr-defined]
        painter = QStylePainter(self)
        painter.drawComplexControl(control, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        painter.end()

    def showPopup(self) -> None:
        """Wide enough for the longest name."""
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + 28)
        super().showPopup()


class FieldRow(QWidget):
    """One field that varies. `edited` when it is another one, or its values are typed."""

    edited = Signal()
    remove_wanted = Signal()

    def __init__(self, choices: list[Sweepable], place: str, values: str, number: int) -> None:
        super().__init__()
        self._choices = choices
        self.combo = FieldCombo(choices)
        self.combo.setObjectName(f"sweep_field_{number}")
        places = [choice.place for choice in choices]
        self.combo.setCurrentIndex(places.index(place))
        self.remove = icon_button(
            "close", "Let this field be as in the design", f"sweep_remove_{number}"
        )
        self.values = QLineEdit(values)
        self.values.setCursorPosition(0)
        self.values.setObjectName(f"sweep_values_{number}")
        self.values.setProperty("mono", True)
        self.values.setAcceptDrops(False)
        self.values.setAccessibleName("Values of the field")
        self.values.setToolTip(VALUES_TIP)
        self.error = caption()
        self.error.setProperty("role", "error")
        self.error.hide()
        self._arrange()
        self._tell()
        self.combo.activated.connect(self._on_field)
        self.values.editingFinished.connect(self._on_values)
        self.remove.clicked.connect(self.remove_wanted)
        self._said = values

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.combo, 1)
        row.addWidget(self.remove)
        column.addLayout(row)
        column.addWidget(self.values)
        column.addWidget(self.error)

    @property
    def choice(self) -> Sweepable:
        """The field that is chosen."""
        return self._choices[self.combo.currentIndex()]

    def text(self) -> str:
        """As `--set` of the command line takes it."""
        return f"{self.choice.place}={self.values.text()}"

    def set_error(self, sentence: str) -> None:
        """Say below the values what is wrong, "" = nothing."""
        self.error.setText(sentence)
        self.error.setVisible(bool(sentence))
        if bool(self.values.property("invalid")) != bool(sentence):
            self.values.setProperty("invalid", bool(sentence))
            theme.repolish(self.values)

    def _tell(self) -> None:
        choice = self.choice
        words = choice.field.description or choice.title
        self.combo.setToolTip(f"{choice.title}: {words}\nPlace: {choice.place}")

    @Slot(int)
    def _on_field(self, _index: int) -> None:
        with QSignalBlocker(self.values):
            self.values.setText(suggested(self.choice))
            self.values.setCursorPosition(0)
        self._said = self.values.text()
        self._tell()
        self.edited.emit()

    @Slot()
    def _on_values(self) -> None:
        if self.values.text() != self._said:
            self._said = self.values.text()
            self.edited.emit()


class FieldRows(QVBoxLayout):
    """All fields that vary, and the button for one more."""

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setSpacing(10)
        self.rows: list[FieldRow] = []
        self._choices: list[Sweepable] = []
        self._number = 0
        self.add = WrappingButton("Add a field")
        self.add.setObjectName("sweep_add")
        self.add.setToolTip("One more field that varies")
        self.addWidget(self.add)
        self.add.clicked.connect(self._on_add)

    def show_fields(self, choices: list[Sweepable], factors: list[tuple[str, str]]) -> None:
        """factors: (place, values as text), one a row."""
        for row in list(self.rows):
            self._take_out(row)
        self._choices = choices
        known = {choice.place for choice in choices}
        for place, values in factors:
            if place in known:
                self._put_in(place, values)

    def factors(self) -> list[tuple[str, str]]:
        """What the rows say."""
        return [(row.choice.place, row.values.text()) for row in self.rows]

    def _put_in(self, place: str, values: str) -> None:
        self._number += 1
        row = FieldRow(self._choices, place, values, self._number)
        row.edited.connect(self.edited)
        row.remove_wanted.connect(partial(self._on_remove, row))
        self.insertWidget(len(self.rows), row)
        self.rows.append(row)

    def _take_out(self, row: FieldRow) -> None:
        self.rows.remove(row)
        self.removeWidget(row)
        row.hide()
        row.deleteLater()

    def _on_remove(self, row: FieldRow) -> None:
        if row in self.rows:
            self._take_out(row)
            self.add.setFocus()
            self.edited.emit()

    @Slot()
    def _on_add(self) -> None:
        taken = {row.choice.place for row in self.rows}
        choice = next((each for each in self._choices if each.place not in taken), None)
        if choice is not None:
            self._put_in(choice.place, suggested(choice))
            self.rows[-1].combo.setFocus()
            self.edited.emit()

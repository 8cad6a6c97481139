"""One of several: cards with a caption for up to three, a list to pull down for more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSignalBlocker, Qt, Slot
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from gui import theme
from gui.formulas import FormulaLabel
from gui.theme import Theme
from gui.widgets.capitals import CapitalsLabel
from gui.widgets.field import Field

_MOST_CARDS = 3


@dataclass(frozen=True)
class Choice:
    """One option: what it stands for, its name, and a caption or a formula that explains it."""

    value: object
    label: str
    caption: str = ""
    formula: str = ""


class ChoiceField(Field):
    """One of several choices. Up to three with a caption or formula each are shown as cards."""

    def __init__(
        self,
        description: str,
        choices: Sequence[Choice],
        value: object,
        *,
        symbol: str = "",
        tooltip: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(description, symbol, tooltip, parent)
        self._choices = list(choices)
        self._cards: list[_Card] = []
        self._combo: QComboBox | None = None
        self._value = value
        explained = all(choice.caption or choice.formula for choice in choices)
        if len(self._choices) <= _MOST_CARDS and explained:
            self._build_cards()
        else:
            self._build_combo()
        self._add_error_row()
        self.set_value(value)

    def _build_cards(self) -> None:
        self._rows.addWidget(CapitalsLabel(self._description))
        self._group = QButtonGroup(self)
        rows = QVBoxLayout()
        rows.setSpacing(8)
        for index, choice in enumerate(self._choices):
            card = _Card(choice)
            card.radio.setAccessibleName(f"{self._description}: {choice.label}")
            self._group.addButton(card.radio, index)
            self._cards.append(card)
            rows.addWidget(card)
        self._rows.addLayout(rows)
        self._group.idToggled.connect(self._on_toggled)

    def _build_combo(self) -> None:
        self._combo = _Combo()
        self._combo.setAccessibleName(self._description)
        self._add_header(buddy=self._combo)
        for index, choice in enumerate(self._choices):
            self._combo.addItem(choice.label)
            self._combo.setItemData(index, choice.caption, Qt.ItemDataRole.ToolTipRole)
        self._combo.activated.connect(self._choose)
        self._rows.addWidget(self._combo)

    def value(self) -> object:
        """The value of the choice that is on."""
        return self._value

    def set_value(self, value: object) -> None:
        """Show a choice; emits nothing.

        Raises:
            ValueError: `value` is none of the choices.
        """
        index = [choice.value for choice in self._choices].index(value)
        self._value = value
        if self._combo is not None:
            with QSignalBlocker(self._combo):
                self._combo.setCurrentIndex(index)
            return
        with QSignalBlocker(self._group):
            self._cards[index].radio.setChecked(True)
        self._mark_chosen(index)

    @Slot(int, bool)
    def _on_toggled(self, index: int, is_on: bool) -> None:
        if is_on:
            self._mark_chosen(index)
            self._choose(index)

    @Slot(int)
    def _choose(self, index: int) -> None:
        value = self._choices[index].value
        if value != self._value:
            self._value = value
            self.edited.emit(value)
            self.finished.emit()

    def _mark_chosen(self, index: int) -> None:
        for number, card in enumerate(self._cards):
            card.set_chosen(number == index)


class _Card(QFrame):
    """A radio button on a card; the whole card can be clicked."""

    def __init__(self, choice: Choice) -> None:
        super().__init__()
        self.setProperty("kind", "choice")
        self.radio = QRadioButton(choice.label)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 14, 0)
        row.setSpacing(8)
        row.addWidget(self.radio)
        row.addStretch(1)
        if choice.formula:
            row.addWidget(FormulaLabel(choice.formula, role="maths"))
        elif choice.caption:
            caption = QLabel(choice.caption)
            caption.setProperty("role", "caption")
            caption.setWordWrap(True)
            caption.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            row.addWidget(caption, 4)
        if choice.formula:
            self.setToolTip(choice.caption)
        self._set_height(theme.current())
        theme.notifier().changed.connect(self._set_height)

    def set_chosen(self, is_chosen: bool) -> None:
        if bool(self.property("chosen")) != is_chosen:
            self.setProperty("chosen", is_chosen)
            theme.repolish(self)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.radio.setFocus(Qt.FocusReason.MouseFocusReason)
            self.radio.setChecked(True)

    @Slot(object)
    def _set_height(self, look: Theme) -> None:
        self.setMinimumHeight(round(44 * look.scale))


class _Combo(QComboBox):
    """A list to pull down that leaves the wheel to the panel. It is content with a narrow column;
    the list that opens has room for every word."""

    _LEAST_LETTERS = 8
    _FRAME = 24  # px of the list beside its words: padding and scroll bar

    def __init__(self) -> None:
        super().__init__()
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(self._LEAST_LETTERS)

    def showPopup(self) -> None:
        """Open the list, as wide as its longest line."""
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + self._FRAME)
        super().showPopup()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

"""Two or three ways beside each other, one of them on."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from gui import theme
from gui.theme import Theme

_ARROWS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}


class Segmented(QFrame):
    """A toggle of a few ways; arrows move between them. `changed(value)` when a user chooses."""

    changed = Signal(object)

    def __init__(
        self,
        options: Sequence[tuple[object, str]],
        value: object,
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("kind", "segmented")
        self.setAccessibleName(name)
        self._values = [option for option, _label in options]
        self._value = value
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for index, (_option, label) in enumerate(options):
            button = QToolButton()
            button.setProperty("kind", "segment")
            button.setText(label)
            button.setAccessibleName(f"{name}: {label}" if name else label)
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.installEventFilter(self)
            self._group.addButton(button, index)
            row.addWidget(button)
        self._group.idClicked.connect(self._on_clicked)
        self._set_height(theme.current())
        theme.notifier().changed.connect(self._set_height)
        self.set_value(value)

    def value(self) -> object:
        """The way that is on."""
        return self._value

    def set_value(self, value: object) -> None:
        """Switch to a way; emits nothing.

        Raises:
            ValueError: `value` is none of the options.
        """
        index = self._values.index(value)
        self._value = value
        self._group.button(index).setChecked(True)

    def buttons(self) -> list[QAbstractButton]:
        """The buttons in their order, for icons and tooltips."""
        return self._group.buttons()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows choose the neighbour."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            step = _ARROWS.get(Qt.Key(event.key()))
            if step is not None and isinstance(watched, QAbstractButton):
                last = len(self._values) - 1
                index = min(max(self._group.id(watched) + step, 0), last)
                button = self._group.button(index)
                button.setFocus(Qt.FocusReason.TabFocusReason)
                button.click()
                return True
        return super().eventFilter(watched, event)

    @Slot(int)
    def _on_clicked(self, index: int) -> None:
        value = self._values[index]
        if value != self._value:
            self._value = value
            self.changed.emit(value)

    @Slot(object)
    def _set_height(self, look: Theme) -> None:
        height = round(look.size("field"))
        self.setFixedHeight(height)
        for button in self._group.buttons():
            button.setFixedHeight(height - 2)

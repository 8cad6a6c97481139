"""A box over the upper edge of a widget that says what happened and offers to repair it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import (
    QEasingCurve,
    QEvent,
    QObject,
    QPoint,
    QPropertyAnimation,
    QRect,
    QSize,
    Qt,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtGui import QAccessible, QAccessibleEvent, QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from gui import theme
from gui.theme import Theme

INFO_MS = 6000
"""After so long a message that needs no answer goes by itself."""
_MARGIN = 12
_WIDEST = 900
_MOST_ACTIONS = 2
_LOOKS = {
    "info": ("information-outline", "accenttext"),
    "warn": ("alert-outline", "warn"),
    "error": ("alert-circle-outline", "err"),
}


class MessageBar(QFrame):
    """Hidden until `show_message`; Escape or its button closes it, then `closed` is emitted.

    It lies over the upper edge of its parent, so that nothing below it moves. What only informs
    goes by itself, unless the pointer is on it; warnings and errors stay.
    """

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "message")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._level = "info"
        self._callbacks: list[Callable[[], None]] = []
        self._icon = QLabel()
        self._sentence = QLabel()
        self._sentence.setWordWrap(True)
        self._sentence.setTextFormat(Qt.TextFormat.PlainText)
        self._sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._buttons = [QPushButton() for _ in range(_MOST_ACTIONS)]
        for number, button in enumerate(self._buttons, 1):
            button.setObjectName(f"message_action_{number}")
        self._close = QToolButton()
        self._close.setIcon(theme.icon("close"))
        self._close.setToolTip("Close this message (Esc)")
        self._close.setAccessibleName("Close this message")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 8, 6)
        row.setSpacing(12)
        row.addWidget(self._icon)
        row.addWidget(self._sentence, 1)
        for button in self._buttons:
            row.addWidget(button)
        row.addWidget(self._close)
        self._buttons[0].clicked.connect(self._on_first)
        self._buttons[1].clicked.connect(self._on_second)
        self._close.clicked.connect(self.close_message)
        self._slide = QPropertyAnimation(self, b"pos", self)
        self._slide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._going = QTimer(self, singleShot=True, interval=INFO_MS)
        self._going.timeout.connect(self._on_time_over)
        if parent is not None:
            parent.installEventFilter(self)
        theme.notifier().changed.connect(self._apply_theme)
        self.hide()

    def show_message(
        self,
        sentence: str,
        level: str = "info",
        actions: Sequence[tuple[str, Callable[[], None]]] = (),
    ) -> None:
        """Show a sentence (`level`: info, warn, error) with up to two buttons.

        A button closes the bar, then does what it says.

        Raises:
            ValueError: there is no such level, or there are more than two actions.
        """
        if level not in _LOOKS:
            raise ValueError(f"A message is info, warn or error, not {level!r}")
        if len(actions) > _MOST_ACTIONS:
            raise ValueError(f"A message has room for {_MOST_ACTIONS} actions, not {len(actions)}")
        self._level = level
        self._callbacks = [callback for _label, callback in actions]
        for index, button in enumerate(self._buttons):
            button.setVisible(index < len(actions))
            if index < len(actions):
                button.setText(actions[index][0])
        self._sentence.setText(sentence)
        self.setAccessibleName(sentence)
        self.setProperty("level", level)
        theme.repolish(self)
        self._apply_theme(theme.current())
        self._slide_in()
        if level == "info" and not actions:
            self._going.start()
        else:
            self._going.stop()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def stand_before(self, widget: QWidget) -> None:
        """Let Tab come to the buttons before it comes to `widget`, which keeps Tab to itself."""
        chain = [*self._buttons, self._close, widget]
        before = widget.previousInFocusChain()
        for button in chain:
            QWidget.setTabOrder(before, button)
            before = button

    def sentence(self) -> str:
        """What is shown; "" = nothing."""
        return self._sentence.text() if not self.isHidden() else ""

    def level(self) -> str:
        """How grave the message is: info, warn, error."""
        return self._level

    def action_buttons(self) -> list[QPushButton]:
        """The buttons in use."""
        return self._buttons[: len(self._callbacks)]

    @Slot()
    def close_message(self) -> None:
        """Hide the bar."""
        if not self.isHidden():
            self._slide.stop()
            self._going.stop()
            self.hide()
            self.closed.emit()

    @Slot()
    def _on_time_over(self) -> None:
        if self.underMouse():
            self._going.start()
        else:
            self.close_message()

    def place(self) -> None:
        """At the middle of the parent's upper edge, as high as the sentence needs."""
        parent = self.parentWidget()
        if parent is None:
            return
        wide = round(_WIDEST * theme.current().scale)
        width = min(parent.width() - 2 * _MARGIN, wide)
        layout = self.layout()
        layout.activate()
        height = max(layout.totalHeightForWidth(width), layout.totalMinimumSize().height())
        self.setGeometry(QRect((parent.width() - width) // 2, _MARGIN, width, height))
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the parent's size."""
        if event.type() == QEvent.Type.Resize and not self.isHidden():
            self._slide.stop()
            self.place()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_message()
        else:
            super().keyPressEvent(event)

    def _slide_in(self) -> None:
        length = theme.duration_ms("panel")
        was_hidden = self.isHidden()
        self._slide.stop()
        self.show()
        self.place()
        if was_hidden and length and self.parentWidget() is not None:
            goal = self.pos()
            self._slide.setDuration(length)
            self._slide.setStartValue(QPoint(goal.x(), -self.height()))
            self._slide.setEndValue(goal)
            self._slide.start()

    @Slot()
    def _on_first(self) -> None:
        self._act(0)

    @Slot()
    def _on_second(self) -> None:
        self._act(1)

    def _act(self, index: int) -> None:
        callback = self._callbacks[index]
        self.close_message()
        callback()

    @Slot(object)
    def _apply_theme(self, look: Theme) -> None:
        side = round(look.size("icon"))
        name, token = _LOOKS[self._level]
        picture = theme.icon(name, token).pixmap(QSize(side, side), self.devicePixelRatioF())
        self._icon.setPixmap(picture)
        if not self.isHidden():
            self.place()

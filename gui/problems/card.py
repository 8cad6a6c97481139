"""One problem: icon, where, what, how to repair it, and buttons that do."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gui import theme
from gui.document import Document
from gui.theme import Theme
from gui.widgets.wrapping_button import WrappingButton
from model.design import Edit
from model.shapes import Problem

Mend = Callable[[Problem, str], None]


class ProblemCard(QFrame):
    """A problem of a node, or of the whole design. `chosen(node_id)` on a click or Enter,
    `stepped(1 or -1)` on the arrows down and up."""

    chosen = Signal(str)
    stepped = Signal(int)

    def __init__(
        self,
        problem: Problem,
        document: Document,
        title: str = "",
        parent: QWidget | None = None,
        *,
        mend: Mend | None = None,
    ) -> None:
        """mend: what a repair does where it is more than an edit of the present design."""
        super().__init__(parent)
        self.problem = problem
        self._document = document
        self._mend = mend
        self.setProperty("kind", "sunken")
        self._icon = QLabel()
        name = "alert-circle-outline" if problem.is_blocking else "information-outline"
        self._icon_name = name
        words = QVBoxLayout()
        words.setSpacing(4)
        if title:
            words.addWidget(_label(title, "strong"))
        words.addWidget(_label(problem.message, "" if problem.is_blocking else "caption"))
        if problem.hint:
            words.addWidget(_label(problem.hint, "caption"))
        self.buttons = [self._button(edit) for edit in problem.repairs]
        for button in self.buttons:  # aligned, or the words would be no wider than a button
            words.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 10, 12, 10)
        row.setSpacing(10)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        self.setAccessibleName(f"{title}: {problem}" if title else str(problem))
        if problem.node_id and title:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            self.setToolTip(f"Click or press Enter to go to {title}")
        self._apply_theme(theme.current())
        theme.notifier().changed.connect(self._apply_theme)

    def _button(self, edit: Edit) -> WrappingButton:
        button = WrappingButton(edit.text)
        button.setObjectName("repair_button")
        button.setToolTip(f"{edit.text}: can be undone")
        button.setProperty("edit_text", edit.text)
        button.clicked.connect(self._on_repair)
        return button

    @Slot()
    def _on_repair(self) -> None:
        """Apply the repair as the present design offers it, should the design have moved on."""
        button = self.sender()
        text = str(button.property("edit_text")) if button is not None else ""
        if self._mend is not None:
            self._mend(self.problem, text)
            return
        for problem in self._document.inference.problems:
            if (problem.node_id, problem.message) == (self.problem.node_id, self.problem.message):
                for edit in problem.repairs:
                    if edit.text == text:
                        self._document.apply(edit)
                        return

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes to the node, arrows to the neighbours."""
        keys = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
        if event.key() in keys and self.focusPolicy() != Qt.FocusPolicy.NoFocus:
            self.chosen.emit(self.problem.node_id)
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.stepped.emit(1 if event.key() == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click goes to the node."""
        if event.button() == Qt.MouseButton.LeftButton and self.problem.node_id:
            self.chosen.emit(self.problem.node_id)

    def changeEvent(self, event: QEvent) -> None:
        """The frame shows where the focus is."""
        super().changeEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The focus ring on top of the ground."""
        super().paintEvent(event)
        if self.hasFocus():
            look = theme.current()
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(look.color("accent"), 2))
            box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
            painter.drawRoundedRect(box, look.card_radius, look.card_radius)
            painter.end()

    @Slot(object)
    def _apply_theme(self, look: Theme) -> None:
        side = round(look.size("icon"))
        token = "err" if self.problem.is_blocking else "accenttext"
        self._icon.setPixmap(theme.pixmap(self._icon_name, side, look.color(token)))


def _label(text: str, role: str) -> QLabel:
    label = QLabel(text)
    if role:
        label.setProperty("role", role)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label

"""What every laboratory has in common: head, controls at the left, progress, export."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui import theme
from gui.inspector.pieces import fit_width
from gui.labs.exporting import LabExports
from gui.labs.job import Job
from gui.labs.transport import Transport
from gui.theme import Theme
from gui.widgets import ElidedLabel
from model.design import Wire

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView

CONTROLS_WIDTH = 248
"""px at a desk."""
_REVEAL_MS = 250
"""A study that takes less shows no progress: it would only flicker."""


class LabPanel(QWidget):
    """One laboratory. A subclass fills `controls` and `stage` in `build`, and starts its studies on
    `job`. `node_id` is the node from which it was opened, "" for none.
    """

    title: ClassVar[str] = ""
    help: ClassVar[str] = ""
    leave_wanted = Signal()

    def __init__(self, document: Any, controller: Any) -> None:
        super().__init__()
        self.document = document
        self.controller = controller
        self.node_id = ""
        self.wire: Wire | None = None
        """The wire from which it was opened; it enters the node."""
        self.canvas: CanvasView | None = None
        """The canvas whose place the laboratory takes."""
        self.job = Job(self)
        self.transport: Transport | None = None
        """What has steps; space, left, right, Home and End are for it."""
        self.setObjectName("laboratory")
        self.setProperty("kind", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.controls = QVBoxLayout()
        self.stage = QVBoxLayout()
        self._reveal = QTimer(self, singleShot=True, interval=_REVEAL_MS)
        self._reveal.timeout.connect(self._on_reveal)
        self._arrange()
        self.build()
        self.controls.addStretch(1)
        self.job.running_changed.connect(self._on_running_changed)
        self.job.progressed.connect(self._on_progressed)
        self.job.failed.connect(self.say)
        theme.notifier().changed.connect(self._apply_theme)
        self._apply_theme(theme.current())

    # for subclasses

    def build(self) -> None:
        """Fill `controls` and `stage`, once."""
        raise NotImplementedError

    def begin(self) -> None:
        """The laboratory has been opened, perhaps from `node_id`: show something at once."""

    def figures(self) -> dict[str, QWidget]:
        """Pictures that can be exported, by the name of their file."""
        return {}

    def tables(self) -> dict[str, list[list[Any]]]:
        """Numbers that can be exported, by the name of their file; the first row is the head."""
        return {}

    def finish(self) -> None:
        """End every thread: before the window goes."""
        self.job.finish()

    def say(self, sentence: str) -> None:
        """A sentence in the head: what is to be seen, or why there is nothing."""
        self._said.set_text(sentence)
        self._said.setToolTip(sentence)

    # the frame

    def _arrange(self) -> None:
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self._head())
        line = QFrame()
        line.setProperty("kind", "line")
        rows.addWidget(line)
        body = QHBoxLayout()
        body.setSpacing(0)
        self._side = self._controls_area()
        body.addWidget(self._side)
        middle = QFrame()
        middle.setProperty("kind", "vline")
        body.addWidget(middle)
        self.stage.setContentsMargins(0, 0, 0, 0)
        self.stage.setSpacing(0)
        body.addLayout(self.stage, 1)
        rows.addLayout(body, 1)

    def _head(self) -> QWidget:
        head = QFrame()
        head.setProperty("kind", "header")
        self.head = QHBoxLayout(head)
        self.head.setContentsMargins(16, 6, 12, 6)
        self.head.setSpacing(10)
        name = QLabel(self.title)
        name.setProperty("role", "title")
        self.head.addWidget(name)
        self._said = ElidedLabel(role="caption")
        self._said.setObjectName("laboratory_sentence")
        self._said.set_text(self.help)
        self.head.addWidget(self._said, 1)
        self._bar = QProgressBar()
        self._bar.setObjectName("laboratory_progress")
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        self._bar.setFixedSize(140, 8)
        self._bar.hide()
        self.head.addWidget(self._bar)
        self.exports = LabExports(self)
        self.head.addWidget(self.exports.button)
        self._cancel = self._tool("close-thick", "Cancel what is being worked out", "cancel_study")
        self._cancel.clicked.connect(self.job.cancel)
        self._cancel.hide()
        self._close = self._tool("close", "Close the laboratory (Esc)", "close_laboratory")
        self._close.clicked.connect(self.leave_wanted)
        return head

    def _tool(self, icon: str, tip: str, name: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setProperty("kind", "outlined")
        button.setIcon(theme.icon(icon))
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.head.addWidget(button)
        return button

    def _controls_area(self) -> QWidget:
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        page = QWidget()
        page.setProperty("kind", "panel")
        page.setLayout(self.controls)
        fit_width(page)
        self.controls.setContentsMargins(16, 16, 16, 16)
        self.controls.setSpacing(10)
        area.setWidget(page)
        return area

    @Slot(object)
    def _apply_theme(self, look: Theme) -> None:
        self._side.setFixedWidth(round(CONTROLS_WIDTH * look.scale))
        icon = QSize(round(look.size("icon")), round(look.size("icon")))
        for button in (self.exports.button, self._cancel, self._close):
            button.setIconSize(icon)

    # studies

    @Slot(bool)
    def _on_running_changed(self, is_running: bool) -> None:
        self._bar.setValue(0)
        if is_running:
            self._reveal.start()
            return
        self._reveal.stop()
        self._show_progress(is_running=False)

    @Slot()
    def _on_reveal(self) -> None:
        self._show_progress(is_running=self.job.is_running)

    def _show_progress(self, *, is_running: bool) -> None:
        self._bar.setVisible(is_running)
        self._cancel.setVisible(is_running)

    @Slot(float, str)
    def _on_progressed(self, share: float, words: str) -> None:
        self._bar.setValue(round(1000 * share))
        if words:
            self.say(words)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that no field has needed play, step and scrub."""
        is_plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if self.transport is None or not is_plain or not self.transport.take_key(event.key()):
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Esc first takes back what is being typed, then closes the laboratory."""
        is_override = event.type() == QEvent.Type.ShortcutOverride
        if is_override and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            line = QApplication.focusWidget()
            if isinstance(line, QAbstractSpinBox):
                line = line.lineEdit()
            if isinstance(line, QLineEdit) and line.isModified():
                line.setModified(False)
                event.accept()
                return True
        return super().event(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks any more: the study ends."""
        super().hideEvent(event)
        self.job.cancel()

"""The notice of the seismograph: what a tripwire has to say, in one calm line, with what to try."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QToolButton, QWidget

from gui import theme
from gui.theme import Theme
from gui.widgets import ElidedLabel

if TYPE_CHECKING:
    from gui.training.troubles import Told, Troubles


class TroubleStrip(QFrame):
    """`show_wanted(kind, node_id)` on the button Show; `needed_changed` when there is something to
    say, or no longer. Whoever holds it shows it, or its menu, where there is room.

    What has been closed stays closed until it has been well again.
    """

    show_wanted = Signal(str, str)
    needed_changed = Signal()

    def __init__(self, troubles: Troubles, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._troubles = troubles
        self._closed: set[str] = set()
        self._shown: tuple[Told, ...] = ()
        self.setObjectName("delta_trouble")
        self.setProperty("kind", "message")
        self.setProperty("level", "warn")
        self._icon = QLabel()
        self.sentence = ElidedLabel(role="caption")
        self.show_button = self._button("Show", "Show where", "delta_trouble_show")
        self.try_button = self._button("Try", "Edits that may help; each can be undone", "")
        self.try_button.setObjectName("delta_trouble_try")
        self.try_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu = QMenu(self)
        self.menu.setToolTipsVisible(True)
        self.try_button.setMenu(self.menu)
        self._close = QToolButton()
        self._close.setObjectName("delta_trouble_close")
        self._close.setIcon(theme.icon("close"))
        self._close.setToolTip("Close this notice until it was well again")
        self._close.setAccessibleName("Close this notice")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 6, 0)
        row.setSpacing(8)
        row.addWidget(self._icon)
        row.addWidget(self.sentence, 1)
        for button in (self.show_button, self.try_button, self._close):
            row.addWidget(button)
        self.show_button.clicked.connect(self._on_show)
        self._close.clicked.connect(self._on_close)
        self.hide()
        troubles.changed.connect(self._on_changed)
        theme.notifier().changed.connect(self._dress)
        self._dress(theme.current())
        self._on_changed()

    def _button(self, text: str, tip: str, name: str) -> QToolButton:
        button = QToolButton()
        button.setProperty("kind", "chip")
        button.setObjectName(name)
        button.setText(text)
        button.setToolTip(tip)
        button.setAccessibleName(f"{text}: {tip}")
        return button

    @Slot()
    def _on_changed(self) -> None:
        """Tell the gravest; the menu has what may be tried against all."""
        told = self._troubles.told
        self._closed &= {each.kind for each in told}
        self._shown = tuple(each for each in told if each.kind not in self._closed)
        if self._shown:
            self._say()
        self.needed_changed.emit()

    @property
    def is_needed(self) -> bool:
        """Whether there is something to say."""
        return bool(self._shown)

    def _say(self) -> None:
        first, more = self._shown[0].problem, len(self._shown) - 1
        self.sentence.set_text(first.message + (f"  (+{more} more)" if more else ""))
        whole = "\n".join(str(each.problem) for each in self._shown)
        self.sentence.setToolTip(whole)
        self.setAccessibleName(whole)
        self._fill()

    def _fill(self) -> None:
        wanted = [(str(each.problem), _texts(each)) for each in self._shown]
        if wanted == self.menu.property("filled"):
            return
        self.menu.setProperty("filled", wanted)
        self.menu.clear()
        for each in self._shown:
            if not self.menu.isEmpty():
                self.menu.addSeparator()
            self._say_in_menu("alert-outline", each.problem.message, "What has been seen")
            for remedy in each.remedies:
                start = ", and start again" if remedy.is_anew else ""
                action = QAction(f"{remedy.edit.text}{start}", self.menu)
                action.setObjectName("delta_remedy")
                action.setToolTip("Can be undone")
                action.triggered.connect(partial(self._troubles.try_out, remedy))
                self.menu.addAction(action)
            if each.problem.hint:
                tip = "What is known to help; the entries above do some of it in one go"
                self._say_in_menu("information-outline", each.problem.hint, tip)

    def _say_in_menu(self, icon: str, text: str, tip: str) -> None:
        """A line that is only to be read."""
        line = self.menu.addAction(theme.icon(icon), text)
        line.setEnabled(False)
        line.setToolTip(tip)

    @Slot()
    def _on_show(self) -> None:
        if self._shown:
            first = self._shown[0]
            self.show_wanted.emit(first.kind, first.problem.node_id)

    @Slot()
    def _on_close(self) -> None:
        self._closed |= {each.kind for each in self._shown}
        self._on_changed()

    @Slot(object)
    def _dress(self, look: Theme) -> None:
        side = round(look.size("icon") * 0.9)
        self._icon.setPixmap(theme.pixmap("alert-outline", side, look.color("warn")))
        self._icon.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setFixedHeight(round(look.size("dock_header")))


def _texts(told: Told) -> list[str]:
    return [remedy.edit.text for remedy in told.remedies]

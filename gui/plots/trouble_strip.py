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
    """Hidden while all is well. `show_wanted(kind, node_id)` on the button Show.

    What has been closed stays closed until it has been well again.
    """

    show_wanted = Signal(str, str)

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
        self.setVisible(bool(self._shown))
        if not self._shown:
            return
        first, more = self._shown[0].problem, len(self._shown) - 1
        self.sentence.set_text(first.message + (f"  (+{more} more)" if more else ""))
        whole = "\n".join(str(each.problem) for each in self._shown)
        self.sentence.setToolTip(whole)
        self.setAccessibleName(whole)
        self._fill()

    def _fill(self) -> None:
        wanted = [(each.kind, each.problem.hint, _texts(each)) for each in self._shown]
        if wanted == self.menu.property("filled"):
            return
        self.menu.setProperty("filled", wanted)
        self.menu.clear()
        for each in self._shown:
            if len(self._shown) > 1:
                self.menu.addSection(each.problem.message.split(":")[0])
            for remedy in each.remedies:
                start = ", and start again" if remedy.is_anew else ""
                action = QAction(f"{remedy.edit.text}{start}", self.menu)
                action.setObjectName("delta_remedy")
                action.setToolTip("Can be undone")
                action.triggered.connect(partial(self._troubles.try_out, remedy))
                self.menu.addAction(action)
            if each.problem.hint:
                self._advise(each.problem.hint)

    def _advise(self, hint: str) -> None:
        """What else may be tried, by hand."""
        advice = self.menu.addAction(theme.icon("information-outline"), hint)
        advice.setObjectName("delta_advice")
        advice.setEnabled(False)
        advice.setToolTip("What is known to help; the entries above do some of it in one go")

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

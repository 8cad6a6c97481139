"""The bar over the canvas while debugging: where the walk stands, and the keys that move it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton

from gui import theme
from gui.actions import Actions
from gui.debugger.moment import Moment
from gui.debugger.session import DebugSession
from gui.theme import Theme
from gui.widgets import ElidedLabel

PHASE_NAMES = {"forward": "Forward pass", "backward": "Backward pass", "update": "Update"}
_BUTTONS = (
    "debug_restart",
    "debug_back",
    "debug_step",
    "debug_to_node",
    "debug_to_phase_end",
    "debug_play",
)


class DebugBar(QFrame):
    """Phase and place at the left, the buttons at the right."""

    def __init__(self, session: DebugSession, actions: Actions) -> None:
        super().__init__()
        self.setObjectName("debug_bar")
        self.setProperty("kind", "header")
        self._session = session
        self._phase = QLabel()
        self._phase.setProperty("role", "title")
        self._phase.setObjectName("debug_phase")
        self._place = ElidedLabel(role="caption")
        self._place.setObjectName("debug_place")
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(16, 6, 12, 6)
        self.row.setSpacing(6)
        self.row.addWidget(self._phase)
        self.row.addWidget(self._place, 1)
        self._buttons = [self._button(actions[name]) for name in _BUTTONS]
        for button in self._buttons:
            self.row.addWidget(button)
        self._leave = self._button(actions["debug"])
        self._leave.setText("Leave")
        self.row.addWidget(self._leave)
        session.moved.connect(self.show_moment)
        theme.notifier().changed.connect(self._apply_theme)
        self._apply_theme(theme.current())

    def _button(self, action: QAction) -> QToolButton:
        button = QToolButton()
        button.setDefaultAction(action)
        button.setObjectName(f"{action.objectName()}_button")
        button.setProperty("kind", "outlined")
        button.setAccessibleName(action.whatsThis() or action.text())
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    @Slot(object)
    def show_moment(self, moment: Moment) -> None:
        """Say where the walk stands."""
        own = [info for info in moment.operations if info.phase == moment.phase]
        done = sum(info.index < moment.position for info in own)
        self._phase.setText(PHASE_NAMES[moment.phase])
        item = "whole batch" if moment.item is None else f"item {moment.item + 1} of {moment.batch}"
        self._place.set_text(
            f"operation {done} of {len(own)} · training step {moment.step:,} · {item}"
        )

    @Slot(object)
    def _apply_theme(self, look: Theme) -> None:
        icon = QSize(round(look.size("icon")), round(look.size("icon")))
        for button in (*self._buttons, self._leave):
            button.setIconSize(icon)

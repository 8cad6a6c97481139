"""The strip below the canvas: any past step by slider, by number or one by one, and branches."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Slot
from PySide6.QtGui import QAction, QPalette, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QToolButton

from gui import theme
from gui.actions import Actions
from gui.theme import Theme
from gui.timeline import words
from gui.timeline.scrubber import Scrubber
from gui.timeline.step_field import StepField
from gui.training.time_travel import TimeTravel
from gui.widgets import Chip
from model.recording import RecordingView

_STYLE = Qt.ToolButtonStyle


class TimeStrip(QFrame):
    """One row. Everything it shows comes from the `RecordingView`s of the `TimeTravel`."""

    def __init__(self, time: TimeTravel, actions: Actions, branches: QMenu) -> None:
        super().__init__()
        self.setObjectName("time_strip")
        self.setProperty("kind", "timestrip")
        self.setAutoFillBackground(True)
        self._time = time
        self._chips = ("", "")
        self._fitted: tuple[object, ...] = ()
        """For what the words were chosen last."""
        self.scrubber = Scrubber()
        self.field = StepField()
        self.chip = Chip()
        self.chip.setObjectName("time_chip")
        self.back = self._button(actions["time_back"])
        self.on = self._button(actions["time_on"])
        self.now = self._button(actions["time_now"], "Now")
        self.go_on = self._button(actions["time_continue"], "Continue from here")
        self.branches = QToolButton()
        self.branches.setObjectName("time_branches_button")
        self.branches.setAccessibleName("Branches of this training")
        self.branches.setIcon(theme.icon("source-branch"))
        self.branches.setMenu(branches)
        self.branches.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.branches.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._arrange()
        self.scrubber.valueChanged.connect(self._on_asked)
        self.field.asked.connect(self._on_asked)
        time.changed.connect(self.show_view)
        time.replaying.connect(self._on_replaying)
        theme.notifier().changed.connect(self._apply_theme)
        self._apply_theme(theme.current())
        self.show_view(time.view)

    @staticmethod
    def _button(action: QAction, text: str = "") -> QToolButton:
        button = QToolButton()
        button.setDefaultAction(action)
        button.setObjectName(f"{action.objectName()}_button")
        button.setAccessibleName(action.whatsThis())
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setToolButtonStyle(_STYLE.ToolButtonIconOnly)
        if text:
            button.setProperty("words", text)
        return button

    def _arrange(self) -> None:
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(12, 1, 12, 1)
        row.setSpacing(4)
        row.addWidget(self.back)
        row.addWidget(self.field)
        row.addWidget(self.on)
        row.addWidget(self.chip)
        row.addWidget(self.scrubber, 1)
        for button in (self.now, self.go_on, self.branches):
            row.addWidget(button)

    @Slot(int)
    def _on_asked(self, step: int) -> None:
        self._time.seek(step)

    @Slot(object)
    def show_view(self, view: RecordingView) -> None:
        """Where the training stands, and what of it is kept."""
        at = view.newest if view.at is None else view.at
        why = words.why_not(view)
        is_past = view.at is not None
        with QSignalBlocker(self.scrubber):
            self.scrubber.set_steps(view.first, view.newest, words.forks(view), is_past=is_past)
            if not self.scrubber.isSliderDown():
                self.scrubber.setValue(at)
        self.field.show_step(at, view.first, view.newest)
        for part in (self.scrubber, self.field):
            part.setEnabled(not why)
        self.scrubber.setToolTip(why or f"Drag to any past step.\n{words.kept(view)}")
        self.field.setToolTip(why or "Type a step, then Enter")
        self._chips = (words.chip(view), words.short_chip(view))
        notes = filter(None, (words.differs(view), words.kept(view)))
        self.chip.setToolTip(why or "\n".join(notes))
        self.branches.setVisible(len(view.lines) > 1)
        self.branches.setToolTip(f"{len(view.lines)} runs of this training: go to the end of one")
        if bool(self.property("past")) != is_past:
            self.setProperty("past", is_past)
            self.chip.set_level("warn" if is_past else "")
            self._paint_ground()
        self._fit()

    @Slot(float)
    def _on_replaying(self, share: float) -> None:
        """A long way back says how far it is."""
        if share < 0:
            self._chips = (words.chip(self._time.view), words.short_chip(self._time.view))
        elif share > 0:
            self._chips = (f"computing again: {share:.0%}", f"{share:.0%}")
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Words where there is room for them."""
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """The strip never asks the window to be wider."""
        return QSize(100, super().minimumSizeHint().height())

    def _fit(self) -> None:
        """Words on buttons and chip as far as they have room; nothing moves while they are the
        same."""
        has_branches = not self.branches.isHidden()
        wanted = (self._chips, self.width(), has_branches, theme.current().scale)
        if wanted != self._fitted:
            self._fitted = wanted
            self._choose_words()
            self._row.invalidate()
            self._row.activate()

    def _choose_words(self) -> None:
        beside, alone = _STYLE.ToolButtonTextBesideIcon, _STYLE.ToolButtonIconOnly
        long, short = self._chips
        for style, text in ((beside, long), (alone, long), (alone, short), (alone, "")):
            for button in (self.now, self.go_on):
                button.setToolButtonStyle(style)
            self.chip.setText(text)
            self.chip.setVisible(bool(text))
            if self._needed() <= self.width():
                return

    def _needed(self) -> int:
        parts = (self.back, self.field, self.on, self.chip, self.now, self.go_on, self.branches)
        widths = (part.sizeHint().width() + 4 for part in parts if not part.isHidden())
        return sum(widths) + 24 + round(120 * theme.current().scale)

    def _paint_ground(self) -> None:
        palette = self.palette()
        look = theme.current()
        token = "warnbg" if self.property("past") else "window"
        palette.setColor(QPalette.ColorRole.Window, look.color(token))
        self.setPalette(palette)

    @Slot(object)
    def _apply_theme(self, look: Theme) -> None:
        side = round(look.size("icon_small"))
        for button in (self.back, self.on, self.now, self.go_on, self.branches):
            button.setIconSize(QSize(side, side))
        self._paint_ground()
        self._fit()

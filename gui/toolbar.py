"""The bar at the top: file, undo, run, speed, phases, look.

It gives up words before it gives up buttons: `_fit` tries ever smaller forms until one has room.
What has none is in the menu of the button » at its right.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui import theme
from gui.actions import Actions
from gui.document import Document
from gui.phase_lamps import PhaseLamps
from gui.speed_slider import SpeedSlider
from gui.theme import Theme
from gui.toolbar_forms import DESK_FORMS, GROUPS, LECTURE_FORMS, PARTS, Form
from gui.toolbar_parts import (
    add_menu,
    equal_width,
    icon_button,
    upright_line,
    width_of,
    word_button,
)
from gui.widgets import ElidedLabel
from gui.widgets.more_button import MoreButton
from gui.widgets.walking import widgets_in
from model.snapshot import Snapshot

SLOW = 10.0
"""Steps a second up to which the eye can follow the phases."""
LEAST_TITLE = 90
"""Width, px at a desk, below which the name of the design is rather left out in a lecture."""
_STYLE = Qt.ToolButtonStyle


class Toolbar(QFrame):
    """The tool bar. `controller` is a `TrainingController`."""

    def __init__(self, actions: Actions, document: Document, controller: Any) -> None:
        super().__init__()
        self.setObjectName("toolbar")
        self.setProperty("kind", "toolbar")
        self._actions = actions
        self._document = document
        self._controller = controller
        self._form: Form | None = None
        self._is_presenting = False
        self._build()
        self._arrange()
        self._connect()
        self._apply_theme(theme.current())
        self._on_file_changed()
        self._on_state_changed(controller.state)

    # building

    def _build(self) -> None:
        self._logo = QLabel()
        self._logo.setToolTip("Deltaboard")
        self._name = QLabel("Deltaboard")
        self._name.setProperty("role", "card")
        self._file = ElidedLabel(role="caption")
        self._file.setObjectName("file_label")
        self._title = ElidedLabel(role="title")
        self._title.setObjectName("design_title")
        self._title.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._title.hide()
        actions = self._actions
        names = ("new", "open", "save", "undo", "redo", "stop", "next_theme")
        self._plain = {name: icon_button(self._actions[name]) for name in names}
        self.run_button = word_button("run_button", "play", "Run", "primary", "onaccent")
        self.step_button = word_button("step_button", "step-forward", "Step", "outlined")
        self.step_button.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        self.reset_button = word_button("reset_button", "restart", "Reset", "")
        self.reset_button.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        self.present_button = word_button(
            "present_button", "presentation-play", "Present", "outlined"
        )
        add_menu(self.step_button, actions["step_batch"], actions["step_epoch"])
        add_menu(self.reset_button, actions["reset"], actions["reset_new_seed"])
        self.speed = SpeedSlider()
        self.lamps = PhaseLamps()
        self.more_button = MoreButton("more_tools", "More of the tool bar")
        self._parts: dict[str, QWidget] = {
            **self._plain,
            "step": self.step_button,
            "reset": self.reset_button,
            "speed": self.speed,
            "present": self.present_button,
        }

    def _arrange(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._name)
        words.addWidget(self._file)
        self._words = QWidget()
        words.setContentsMargins(0, 0, 0, 0)
        self._words.setLayout(words)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 0, 12, 0)
        self._row.setSpacing(4)
        self._lines = [upright_line() for _ in range(4)]
        plain = self._plain
        groups: list[list[QWidget]] = [
            [self._logo, self._words, self._title],
            [self._lines[0], plain["new"], plain["open"], plain["save"]],
            [self._lines[1], plain["undo"], plain["redo"]],
            [self._lines[2], self.run_button, plain["stop"], self.step_button, self.reset_button],
            [self._lines[3], self.speed],
        ]
        for group in groups:
            for widget in group:
                self._row.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        self._row.addStretch(1)
        self._row.addWidget(self.lamps)
        self._row.addStretch(1)
        self._run_place = self._row.indexOf(self.run_button)
        self._row.addWidget(plain["next_theme"])
        self._row.addWidget(self.more_button)
        self._row.addWidget(self.present_button)

    def _connect(self) -> None:
        actions, controller = self._actions, self._controller
        self.run_button.clicked.connect(actions["run"].trigger)
        self.step_button.clicked.connect(actions["step_batch"].trigger)
        self.reset_button.clicked.connect(actions["reset"].trigger)
        self.present_button.clicked.connect(actions["present"].trigger)
        self.speed.changed.connect(controller.set_speed)
        controller.speed_changed.connect(self._on_speed_changed)
        self._document.file_changed.connect(self._on_file_changed)
        controller.state_changed.connect(self._on_state_changed)
        controller.snapshot.connect(self._on_snapshot)
        controller.phase_changed.connect(self._on_phase_changed)
        controller.reset_done.connect(self._on_reset)
        theme.notifier().changed.connect(self._apply_theme)

    # what it shows

    @property
    def is_slow(self) -> bool:
        """Whether the eye can follow the phases."""
        return self.speed.speed is not None and self.speed.speed <= SLOW

    @Slot()
    def _on_file_changed(self) -> None:
        mark = " *" if self._document.is_modified else ""
        self._file.set_text(self._document.title + mark)
        path = self._document.path
        where = str(path) if path is not None else "This design has no file yet."
        changed = "\nIt has changes that are not saved." if mark else ""
        self._file.setToolTip(where + changed)
        name = path.stem.replace("_", " ") if path is not None else "untitled"
        self._title.set_text(name + mark)
        if self._is_presenting:
            self._fit()

    @Slot(str)
    def _on_state_changed(self, state: str) -> None:
        is_running = state == "running"
        self.run_button.setIcon(theme.icon("pause" if is_running else "play", "onaccent"))
        self.run_button.setText("Pause" if is_running else "Run")
        self.run_button.setAccessibleName(self.run_button.text())
        self.run_button.setToolTip(self._actions["run"].toolTip())
        if not is_running:
            self.lamps.light("")

    @Slot(object)
    def _on_snapshot(self, snapshot: Snapshot) -> None:
        if self._controller.state == "running" and not self.is_slow:
            self.lamps.light("")
            self.lamps.show_shares(snapshot)

    @Slot(str, float)
    def _on_phase_changed(self, phase: str, _progress: float) -> None:
        self.lamps.light(phase)

    @Slot()
    def _on_reset(self) -> None:
        self.lamps.light("")
        self.lamps.show_shares(None)

    @Slot(object)
    def _on_speed_changed(self, speed: float | None) -> None:
        self.speed.show_speed(speed)
        if self.is_slow:
            self.lamps.show_shares(None)

    # room

    def set_presenting(self, is_presenting: bool) -> None:
        """The form for a lecture: title, phases, run, way out."""
        self._is_presenting = is_presenting
        self._row.removeWidget(self.run_button)
        at = self._row.indexOf(self.more_button) if is_presenting else self._run_place
        self._row.insertWidget(at, self.run_button, 0, Qt.AlignmentFlag.AlignVCenter)
        icon, text = (
            ("fullscreen-exit", "Esc") if is_presenting else ("presentation-play", "Present")
        )
        self.present_button.setIcon(theme.icon(icon))
        self.present_button.setText(text)
        tip = (
            "Leave the projector view (Esc)"
            if is_presenting
            else self._actions["present"].toolTip()
        )
        self.present_button.setToolTip(tip)
        self.present_button.setAccessibleName(tip)
        self._form = None
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose the widest form that has room."""
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """The bar never asks the window to be wider."""
        return QSize(320, round(theme.current().size("toolbar")))

    def sizeHint(self) -> QSize:
        """Its own height; the width comes from the window."""
        return QSize(1024, round(theme.current().size("toolbar")))

    def _fit(self) -> None:
        """The widest form that has room; the title of a lecture takes what is left."""
        forms = LECTURE_FORMS if self._is_presenting else DESK_FORMS
        for form in forms:
            self._apply(form)
            if self._needed() <= self.width():
                break
        if not self._is_presenting:
            self._bring_back(form)
        if not self._title.isHidden():
            left = self.width() - self._needed() + self._least_title()
            self._title.setFixedWidth(min(self._title.sizeHint().width(), max(left, 0)))

    def _bring_back(self, form: Form) -> None:
        """After a large part has left, smaller ones that left before it may have room again."""
        for name in reversed(form.away):
            fuller = form._replace(away=tuple(part for part in form.away if part != name))
            self._apply(fuller)
            if self._needed() <= self.width():
                form = fuller
        self._apply(form)

    def _least_title(self) -> int:
        """Room below which the title is left out: all of a short one, the beginning of others."""
        self._title.ensurePolished()
        least = round(LEAST_TITLE * theme.current().scale)
        return min(self._title.sizeHint().width(), least)

    def _needed(self) -> int:
        items = [self._row.itemAt(index).widget() for index in range(self._row.count())]
        shown = [widget for widget in items if widget is not None and not widget.isHidden()]
        margins = self._row.contentsMargins()
        gaps = self._row.spacing() * (len(shown) + 1)  # two more: beside the stretches
        widths = (
            self._least_title() if widget is self._title else width_of(widget) for widget in shown
        )
        return sum(widths) + gaps + margins.left() + margins.right()

    def _apply(self, form: Form) -> None:
        if form == self._form:
            return
        self._form = form
        self._logo.setVisible(form.has_logo)
        self._words.setVisible(form.has_words)
        self._title.setVisible(form.has_title)
        for name, widget in self._parts.items():
            widget.setVisible(name not in form.away)
        for line in self._lines:
            line.setVisible(form.has_lines)
        self._fill_more(form.away)
        self.speed.set_narrow(not form.is_wordy)
        self.lamps.set_detail(form.lamps)
        beside, alone = _STYLE.ToolButtonTextBesideIcon, _STYLE.ToolButtonIconOnly
        self.reset_button.setToolButtonStyle(beside if form.is_wordy else alone)
        self.present_button.setToolButtonStyle(
            beside if form.is_wordy or self._is_presenting else alone
        )
        self.step_button.setToolButtonStyle(beside if form.is_wordy else alone)

    def _fill_more(self, away: tuple[str, ...]) -> None:
        """Everything that is not in the bar is in the menu."""
        groups = [
            [self._actions[name] for part in group if part in away for name in PARTS[part]]
            for group in GROUPS
        ]
        self.more_button.fill(groups)

    @Slot(object)
    def _apply_theme(self, look: Theme) -> None:
        side = round(32 * min(look.scale, 1.25))
        self._logo.setPixmap(theme.app_icon().pixmap(side, side))
        self.setFixedHeight(round(look.size("toolbar")))
        self._words.setMaximumWidth(round(230 * look.scale))
        self._words.setMinimumWidth(round(120 * look.scale))
        icon = QSize(round(look.size("icon")), round(look.size("icon")))
        for button in widgets_in(self):
            if isinstance(button, QToolButton):
                button.setIconSize(icon)
        for line in self._lines:
            line.setFixedHeight(round(look.size("field")))
        equal_width(self.run_button, "Run", "Pause")
        self._form = None
        self._fit()

"""Play, pause, step, back and scrub: a bar for whatever has steps, with its keys."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFontMetricsF, QHideEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSlider, QToolButton

from gui import theme
from gui.theme import Theme
from gui.widgets.number_field import ScaleSlider
from gui.widgets.number_scale import NumberScale

SPEEDS = (1, 2, 4, 8, 15, 30, 60)
"""Steps a second."""
_NARROW = 560
"""px at a desk, below which the speed cannot be chosen."""
_KEYS = {
    Qt.Key.Key_Space: "toggle",
    Qt.Key.Key_Left: "back",
    Qt.Key.Key_Right: "forward",
    Qt.Key.Key_Home: "first",
    Qt.Key.Key_End: "last",
}


class Transport(QFrame):
    """`moved(position)` when it stands elsewhere, from 0 to the last step."""

    moved = Signal(int)

    def __init__(self, noun: str = "step", speed: int = 8) -> None:
        super().__init__()
        self.setObjectName("transport")
        self.setProperty("kind", "header")
        self._noun = noun
        self.position = 0
        self.last = 0
        self._reason = ""
        self._timer = QTimer(self, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_tick)
        self._buttons = {
            "first": self._button("skip-previous", "To the start (Home)", "first", self.first),
            "back": self._button("step-backward", "One step back (←)", "back", self.back),
            "play": self._button("play", "Play (Space)", "play", self.toggle),
            "forward": self._button("step-forward", "One step on (→)", "forward", self.forward),
            "last": self._button("skip-next", "To the end (End)", "last", self.to_last),
        }
        self._buttons["play"].setProperty("kind", "primary")
        self.slider = ScaleSlider(NumberScale(0, 1, is_integer=True))
        self.slider.setObjectName("transport_slider")
        self.slider.setPageStep(10)
        self.slider.valueChanged.connect(self._on_slid)
        self._label = QLabel()
        self._label.setObjectName("transport_label")
        self._label.setProperty("role", "mono")
        self.speed = QSlider(Qt.Orientation.Horizontal)
        self.speed.setObjectName("transport_speed")
        self.speed.setRange(0, len(SPEEDS) - 1)
        self.speed.setPageStep(1)
        self.speed.setValue(SPEEDS.index(speed))
        self.speed.valueChanged.connect(self._on_speed)
        self._icon = QLabel()
        self._arrange()
        theme.notifier().changed.connect(self._apply_theme)
        self._on_speed(self.speed.value())
        self._apply_theme(theme.current())
        self._show()

    def _button(self, icon: str, tip: str, name: str, slot: object) -> QToolButton:
        button = QToolButton()
        button.setObjectName(f"transport_{name}")
        button.setIcon(theme.icon(icon))
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAutoRepeat(name in ("back", "forward"))
        button.clicked.connect(slot)
        return button

    def _arrange(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(6)
        for button in self._buttons.values():
            row.addWidget(button)
        row.addSpacing(6)
        row.addWidget(self.slider, 1)
        row.addSpacing(4)
        row.addWidget(self._label)
        row.addSpacing(8)
        row.addWidget(self._icon)
        row.addWidget(self.speed)

    # from outside

    @property
    def is_playing(self) -> bool:
        return self._timer.isActive()

    def set_last(self, last: int, reason: str = "") -> None:
        """So many steps; stays where it is, as far as that goes. Emits nothing. reason: why there
        are none."""
        self.last = max(last, 0)
        self._reason = reason
        self.position = min(self.position, self.last)
        if not self.last:
            self.pause()
        self._show()

    def set_position(self, position: int) -> None:
        """Stand there; `moved` where that is elsewhere."""
        position = min(max(position, 0), self.last)
        if position != self.position:
            self.position = position
            self._show()
            self.moved.emit(position)

    def take_key(self, key: int) -> bool:
        """Space, left, right, Home, End; False for any other."""
        action = _KEYS.get(Qt.Key(key))
        if action is None:
            return False
        slots = {"first": self.first, "back": self.back, "toggle": self.toggle}
        slots |= {"forward": self.forward, "last": self.to_last}
        if self.last:
            slots[action]()
        return True

    @Slot()
    def play(self) -> None:
        """On from here; from the start where it stands at the end."""
        if not self.last:
            return
        if self.position >= self.last:
            self.set_position(0)
        self._timer.start()
        self._show()

    @Slot()
    def pause(self) -> None:
        self._timer.stop()
        self._show()

    @Slot()
    def toggle(self) -> None:
        (self.pause if self.is_playing else self.play)()

    @Slot()
    def first(self) -> None:
        self.pause()
        self.set_position(0)

    @Slot()
    def to_last(self) -> None:
        self.pause()
        self.set_position(self.last)

    @Slot()
    def forward(self) -> None:
        self.pause()
        self.set_position(self.position + 1)

    @Slot()
    def back(self) -> None:
        self.pause()
        self.set_position(self.position - 1)

    # inside

    @Slot()
    def _on_tick(self) -> None:
        self.set_position(self.position + 1)
        if self.position >= self.last:
            self.pause()

    @Slot(int)
    def _on_slid(self, value: int) -> None:
        self.pause()
        self.set_position(value)

    @Slot(int)
    def _on_speed(self, place: int) -> None:
        self._timer.setInterval(round(1000 / SPEEDS[place]))
        tip = f"{SPEEDS[place]} {self._noun}{'s' if SPEEDS[place] > 1 else ''} a second"
        self.speed.setToolTip(tip)
        self.speed.setAccessibleName(tip)
        self._icon.setToolTip(tip)

    def _show(self) -> None:
        has_steps = bool(self.last)
        reason = self._reason or "There are no steps yet"
        ends = {"first": 0, "back": 0, "forward": self.last, "last": self.last}
        for name, button in self._buttons.items():
            button.setEnabled(has_steps and self.position != ends.get(name, -1))
            tip = button.accessibleName()
            button.setToolTip(tip if has_steps else reason)
        play = self._buttons["play"]
        tip = "Pause (Space)" if self.is_playing else "Play (Space)"
        if play.accessibleName() != tip:
            play.setIcon(theme.icon("pause" if self.is_playing else "play", "onaccent"))
            play.setAccessibleName(tip)
            play.setToolTip(tip)
        with QSignalBlocker(self.slider):
            self.slider.setRange(0, max(self.last, 1))
            self.slider.setValue(self.position)
        self.slider.setEnabled(has_steps)
        self.slider.setToolTip(f"Any {self._noun}: drag" if has_steps else reason)
        self.slider.setAccessibleName(f"{self._noun.capitalize()} {self.position} of {self.last}")
        self._label.setText(f"{self._noun} {self.position:>{len(str(self.last))}} / {self.last}")

    @Slot(object)
    def _apply_theme(self, look: Theme) -> None:
        side = round(look.size("icon"))
        for button in self._buttons.values():
            button.setIconSize(QSize(side, side))
        self._buttons["play"].setIcon(
            theme.icon("pause" if self.is_playing else "play", "onaccent")
        )
        self._icon.setPixmap(theme.icon("speedometer").pixmap(side, side))
        self.speed.setFixedWidth(round(70 * min(look.scale, 1.3)))
        self._fit()

    def _fit(self) -> None:
        metrics = QFontMetricsF(theme.current().font("mono"))
        is_wide = self.width() >= _NARROW * theme.current().scale
        self.speed.setVisible(is_wide)
        self._icon.setVisible(is_wide)
        text = f"{self._noun} 0000 / 0000" if is_wide else f"{self._noun} 00 / 00"
        self._label.setMinimumWidth(round(metrics.horizontalAdvance(text)) if is_wide else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What has room is there."""
        super().resizeEvent(event)
        self._fit()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks any more."""
        super().hideEvent(event)
        if not event.spontaneous():
            self.pause()

"""How fast the training walks: from one step in two seconds, for the classroom, to unlimited."""

from __future__ import annotations

import math

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QSlider, QWidget

from gui import theme
from gui.theme import Theme

SLOWEST = 0.5
FASTEST_LIMIT = 1000.0
"""Steps a second at the last limited place of the slider; beyond it there is no limit."""
_PLACES = 200
_STEP = 10


def speed_at(place: int) -> float | None:
    """Steps a second at a place 0.._PLACES of the slider, logarithmic; `None` = no limit."""
    if place >= _PLACES:
        return None
    share = place / (_PLACES - _STEP)
    speed = SLOWEST * (FASTEST_LIMIT / SLOWEST) ** min(share, 1.0)
    return float(f"{speed:.2g}")


def place_of(speed: float | None) -> int:
    """The place of the slider that stands for a speed; the nearest one."""
    if speed is None:
        return _PLACES
    bounded = min(max(speed, SLOWEST), FASTEST_LIMIT)
    share = math.log(bounded / SLOWEST) / math.log(FASTEST_LIMIT / SLOWEST)
    return round(share * (_PLACES - _STEP))


def speed_text(speed: float | None) -> str:
    """`1 step in 2 s`, `25 steps/s`, `max`."""
    if speed is None:
        return "max"
    if speed < 1:
        return f"1 step in {1 / speed:.2g} s"
    return f"{speed:,.3g} steps/s" if speed != 1 else "1 step/s"


class SpeedSlider(QWidget):
    """A slider and what it says. `changed(speed)` while it moves; `None` = no limit."""

    changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._icon = QLabel()
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setObjectName("speed_slider")
        self.slider.setRange(0, _PLACES)
        self.slider.setSingleStep(5)
        self.slider.setPageStep(20)
        self.slider.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._label = QLabel()
        self._label.setObjectName("speed_label")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._icon)
        row.addWidget(self.slider)
        row.addWidget(self._label)
        self.slider.valueChanged.connect(self._on_moved)
        theme.notifier().changed.connect(self._apply_theme)
        self._is_narrow = False
        self._apply_theme(theme.current())
        self.slider.setValue(_PLACES)
        self._say(None)

    @property
    def speed(self) -> float | None:
        """Steps a second; `None` = no limit."""
        return speed_at(self.slider.value())

    def show_speed(self, speed: float | None) -> None:
        """Show a speed; emits nothing."""
        if speed != self.speed:
            with QSignalBlocker(self.slider):
                self.slider.setValue(place_of(speed))
        self._say(speed)

    def nudge(self, places: int) -> None:
        """Faster (positive) or slower."""
        self.slider.setValue(self.slider.value() + places)

    def set_narrow(self, is_narrow: bool) -> None:
        """Take less room."""
        self._is_narrow = is_narrow
        self._apply_theme(theme.current())

    @Slot(int)
    def _on_moved(self, place: int) -> None:
        speed = speed_at(place)
        self._say(speed)
        self.changed.emit(speed)

    def _say(self, speed: float | None) -> None:
        text = speed_text(speed)
        self._label.setText(text)
        said = "as fast as the machine can" if speed is None else text
        tip = f"Speed of the training: {said}\nCtrl+[ slower, Ctrl+] faster"
        for widget in (self.slider, self._label, self._icon):
            widget.setToolTip(tip)
        self.slider.setAccessibleName(f"Speed: {said}")

    @Slot(object)
    def _apply_theme(self, look: Theme) -> None:
        side = round(look.size("icon"))
        self._icon.setPixmap(theme.icon("speedometer").pixmap(side, side))
        self.slider.setFixedWidth(round((72 if self._is_narrow else 116) * min(look.scale, 1.3)))
        self._label.setFont(look.font("body"))
        self._label.setMinimumWidth(
            self._label.fontMetrics().horizontalAdvance("1 step in 2 s") + 2
        )
        self.updateGeometry()

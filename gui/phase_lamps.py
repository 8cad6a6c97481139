"""Forward › Backward › Update in the tool bar: the phase that runs, or each one's share.

Slow enough to see (10 steps a second or fewer), the phase that runs is lit. Faster, nothing blinks:
each lamp shows what share of a step its phase takes, as the median over the steps last shown: a
single step may have waited for the window to be painted, and would blame that on one phase.
"""

from __future__ import annotations

from collections import deque
from statistics import median
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from gui import theme
from gui.theme import Theme
from model.snapshot import Snapshot

PHASES: Final = (
    ("forward", "Forward", "arrow-right-bold", "fwd", "h flows from the data to the loss"),
    ("backward", "Backward", "arrow-left-bold", "bwd", "δ flows from the loss back to the data"),
    ("update", "Update", "swap-vertical-bold", "upd", "the optimiser changes the parameters θ"),
)
_STEPS_SHOWN = 31
FULL, SHORT, ICON = 0, 1, 2
"""How much a lamp says: icon, word and share; icon and word or share; the icon alone."""


class PhaseLamp(QWidget):
    """One pill. It tells; it is not a button."""

    def __init__(self, phase: str, word: str, icon: str, token: str, meaning: str) -> None:
        super().__init__()
        self.setObjectName(f"phase_{phase}")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._word, self._icon, self._token, self._meaning = word, icon, token, meaning
        self._is_lit = False
        self._share: float | None = None
        self._seconds = 0.0
        self._detail = FULL
        self._say()

    def set_lit(self, is_lit: bool) -> None:
        """Light the lamp or put it out."""
        if is_lit != self._is_lit:
            self._is_lit = is_lit
            self.update()

    def set_share(self, share: float | None, seconds: float = 0.0) -> None:
        """Show a share of the step's time, 0 to 1; `None` shows the word."""
        self._share, self._seconds = share, seconds
        self._say()
        self.update()

    def set_detail(self, detail: int) -> None:
        """FULL, SHORT or ICON, as there is room."""
        self._detail = detail
        self.updateGeometry()
        self.update()

    @property
    def is_lit(self) -> bool:
        """Whether its phase runs and can be seen."""
        return self._is_lit

    @property
    def shown(self) -> str:
        """The text in the pill."""
        if self._detail == ICON:
            return ""
        if self._share is None:
            return self._word
        percent = f"{self._share:.0%}".replace("%", " %")
        return percent if self._detail == SHORT else f"{self._word} {percent}"

    def sizeHint(self) -> QSize:
        """Wide enough for the longest text, so that the tool bar does not dance."""
        look = theme.current()
        icon, pad = look.size("icon_small"), round(12 * look.scale)
        if self._detail == ICON:
            return QSize(round(icon + 2 * pad), round(look.size("control")))
        widest = self._word if self._detail == SHORT else f"{self._word} 100 %"
        words = QFontMetricsF(look.font("strong")).horizontalAdvance(widest)
        return QSize(round(words + icon + 6 + 2 * pad) + 1, round(look.size("control")))

    def minimumSizeHint(self) -> QSize:
        """The same: a lamp is never cut."""
        return self.sizeHint()

    def _say(self) -> None:
        tip = f"{self._word}: {self._meaning}"
        if self._share is not None:
            tip += (
                f"\n{self._seconds * 1e6:,.0f} µs of a step (median), {self._share:.1%} of its time"
            )
        self.setToolTip(tip)
        self.setAccessibleName(tip)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A pill, its icon and its text."""
        look = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        color, text = look.color(self._token), look.color("text2")
        painter.setPen(Qt.PenStyle.NoPen)
        if self._is_lit:
            painter.setBrush(color)
            color = text = look.color("onphase")
        else:
            painter.setBrush(look.color("surface" if look.is_projector else "sunken"))
        painter.drawRoundedRect(area, area.height() / 2, area.height() / 2)
        self._paint_share(painter, area, look.color(f"{self._token}bg"))
        self._paint_words(painter, area, color, text)
        painter.end()

    def _paint_share(self, painter: QPainter, area: QRectF, color: QColor) -> None:
        if self._share is None or self._is_lit:
            return
        painter.save()
        painter.setClipRect(area.adjusted(0, 0, (self._share - 1) * area.width(), 0))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawRoundedRect(area, area.height() / 2, area.height() / 2)
        painter.restore()

    def _paint_words(self, painter: QPainter, area: QRectF, icon: QColor, text: QColor) -> None:
        look = theme.current()
        side, font = look.size("icon_small"), look.font("strong")
        words = QFontMetricsF(font).horizontalAdvance(self.shown)
        gap = 6.0 if words else 0.0
        x = area.center().x() - (side + gap + words) / 2
        box = QRectF(x, area.center().y() - side / 2, side, side)
        theme.paint_icon(painter, self._icon, box, icon)
        painter.setFont(font)
        painter.setPen(text)
        place = QRectF(x + side + gap, area.top(), words + 2, area.height())
        painter.drawText(
            place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.shown
        )


class _Arrow(QWidget):
    """The › between two lamps."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        side = round(theme.current().size("icon_small"))
        return QSize(side, side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        color = theme.current().color("text3")
        theme.paint_icon(painter, "chevron-right", QRectF(self.rect()), color)
        painter.end()


class PhaseLamps(QWidget):
    """The three lamps in the order in which a step runs them."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("phase_lamps")
        self.lamps = {phase[0]: PhaseLamp(*phase) for phase in PHASES}
        self._seconds: deque[tuple[float, float, float]] = deque(maxlen=_STEPS_SHOWN)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for index, lamp in enumerate(self.lamps.values()):
            if index:
                row.addWidget(_Arrow())
            row.addWidget(lamp)
        theme.notifier().changed.connect(self._on_theme_changed)

    def set_detail(self, detail: int) -> None:
        """FULL, SHORT or ICON, as there is room."""
        for lamp in self.lamps.values():
            lamp.set_detail(detail)

    def light(self, phase: str) -> None:
        """Light one lamp; "" puts all out. Lit lamps show no shares."""
        for name, lamp in self.lamps.items():
            lamp.set_lit(name == phase)
            if phase:
                lamp.set_share(None)

    def show_shares(self, snapshot: Snapshot | None) -> None:
        """Show what each phase takes of a step; `None` shows the words alone."""
        if snapshot is None:
            self._seconds.clear()
        elif sum(snapshot.phase_seconds) > 0:
            self._seconds.append(snapshot.phase_seconds)
        seconds = [median(part) for part in zip(*self._seconds, strict=True)] or [0.0] * len(PHASES)
        total = sum(seconds)
        for lamp, part in zip(self.lamps.values(), seconds, strict=True):
            lamp.set_share(part / total if total > 0 else None, part)

    @Slot(object)
    def _on_theme_changed(self, _look: Theme) -> None:
        for lamp in self.lamps.values():
            lamp.updateGeometry()
        self.updateGeometry()

"""Formulas on cards: painted from SVG at any zoom, set a few at a time so that no frame waits."""

from __future__ import annotations

from collections import deque
from functools import cache
from time import perf_counter

from PySide6.QtCore import QObject, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QPainter
from PySide6.QtSvg import QSvgRenderer

from gui.formulas import MAX_LENGTH, formula_svg
from gui.theme import Theme

SET_PX = 20.0
"""The size in which formulas are set; what is painted is scaled as a whole."""
LEAST_SHARE = 0.55
"""A formula that would have to be set smaller than this is shown as typed."""
MOST_KEPT = 600
"""Formulas; then the memory begins anew."""
TURN_SECONDS = 0.03
"""Setting takes 3 to 10 ms a formula; in one turn of the event loop not more than this."""


class FormulaSetter(QObject):
    """Sets what is asked for: at once as long as the turn lasts, the rest in later turns."""

    advanced = Signal()
    """More formulas can be painted than before."""

    def __init__(self) -> None:
        super().__init__()
        self._found: dict[tuple[str, str], QSvgRenderer | None] = {}
        self._waiting: deque[tuple[str, str]] = deque()
        self._spent = 0.0
        self._turn = QTimer(self, singleShot=True, interval=0)
        self._turn.timeout.connect(self._on_turn)

    def is_set(self, tex: str, color: QColor) -> bool:
        """Whether `renderer` gives the formula now; otherwise it is put into the queue."""
        key = (tex, color.name())
        if key in self._found:
            return True
        if not self._turn.isActive():
            self._turn.start()
        if self._spent < TURN_SECONDS:
            self._set(key)
            return True
        if key not in self._waiting:
            self._waiting.append(key)
        return False

    def renderer(self, tex: str, color: QColor) -> QSvgRenderer | None:
        """The formula as SVG; None where it waits, or is no formula."""
        return self._found[tex, color.name()] if self.is_set(tex, color) else None

    def _set(self, key: tuple[str, str]) -> None:
        began = perf_counter()
        if len(self._found) >= MOST_KEPT:
            self._found.clear()
        self._found[key] = formula_svg(key[0], SET_PX, key[1])
        self._spent += perf_counter() - began

    @Slot()
    def _on_turn(self) -> None:
        self._spent = 0.0
        if not self._waiting:
            return
        while self._waiting and self._spent < TURN_SECONDS / 2:
            self._set(self._waiting.popleft())
        self._turn.start()
        self.advanced.emit()


@cache
def setter() -> FormulaSetter:
    """The one queue of the program."""
    return FormulaSetter()


def paint_formula(
    painter: QPainter, box: QRectF, tex: str, plain: str, theme: Theme, px: float, token: str
) -> None:
    """A formula in the middle of a box, smaller where it would not fit; `plain`, its source, while
    it is not set yet, where it cannot be, and where it would be too small to read."""
    found = setter().renderer(tex, theme.color(token)) if len(tex) <= MAX_LENGTH else None
    if found is None:
        _paint_source(painter, box, plain, theme, token)
        return
    size = found.viewBoxF().size()
    share = min(px / SET_PX, box.width() / size.width(), box.height() / size.height())
    if share < LEAST_SHARE * px / SET_PX:
        _paint_source(painter, box, plain, theme, token)
        return
    place = QRectF(0, 0, size.width() * share, size.height() * share)
    place.moveCenter(box.center())
    found.render(painter, place)


def _paint_source(painter: QPainter, box: QRectF, text: str, theme: Theme, token: str) -> None:
    """In the largest of two sizes that fits; what is longer ends in an ellipsis."""
    painter.save()
    for role in ("mono", "chip"):
        painter.setFont(theme.font(role))
        if painter.fontMetrics().horizontalAdvance(text) <= box.width():
            break
    elide = Qt.TextElideMode.ElideRight
    shown = painter.fontMetrics().elidedText(text, elide, int(box.width()))
    painter.setPen(theme.color(token))
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), shown)
    painter.restore()

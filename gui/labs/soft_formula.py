"""A formula that is set when there is time for it, so that a panel full of them opens at once."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui import theme
from gui.formula_painter import SET_PX, setter
from gui.theme import Theme


class SoftFormula(QWidget):
    """At the left of its room; set smaller where that is narrow. Until it is set the room is
    empty."""

    def __init__(self, tex: str = "", role: str = "maths") -> None:
        super().__init__()
        self._tex, self._role = tex, role
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tex)
        setter().advanced.connect(self._on_advanced)
        theme.notifier().changed.connect(self._on_theme)
        self._was_set = False

    def tex(self) -> str:
        """The source of the formula."""
        return self._tex

    def set_tex(self, tex: str) -> None:
        """Show another one."""
        if tex != self._tex:
            self._tex = tex
            self._was_set = False
            self.setAccessibleName(tex)
            self._on_advanced()

    @Slot()
    def _on_advanced(self) -> None:
        if not self._was_set:
            self.updateGeometry()
            self.update()

    @Slot(object)
    def _on_theme(self, _look: Theme) -> None:
        self._was_set = False
        self._on_advanced()

    def _size(self) -> tuple[float, float]:
        look = theme.current()
        px = look.px(self._role)
        found = setter().renderer(self._tex, look.color("text")) if self._tex else None
        if found is None:
            return 60.0, 1.5 * px
        self._was_set = True
        size = found.viewBoxF().size() * (px / SET_PX)
        return size.width(), size.height()

    def sizeHint(self) -> QSize:
        """As large as the formula, px."""
        width, height = self._size()
        return QSize(round(width + 0.5), round(height + 0.5))

    def minimumSizeHint(self) -> QSize:
        """Where there is less room, it is set smaller."""
        return QSize(40, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The formula, if it is set."""
        look = theme.current()
        found = setter().renderer(self._tex, look.color("text")) if self._tex else None
        if found is None:
            return
        width, height = self._size()
        share = min(1.0, self.width() / max(width, 1.0))
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self.isEnabled():
            painter.setOpacity(0.6)
        top = (self.height() - height * share) / 2
        found.render(painter, QRectF(0, top, width * share, height * share))
        painter.end()

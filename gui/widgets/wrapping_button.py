"""A push button whose words take several lines where one is too long for its place."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QStyle, QStyleOptionButton, QWidget

_AIR = 8  # px above and below several lines together; a single line has the height of the style


class WrappingButton(QPushButton):
    """Asks for one line, and is content with the width of its longest word."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._words = text
        self.setAccessibleName(text)
        policy = QSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def text(self) -> str:
        """The words without the line breaks."""
        return self._words

    def set_words(self, text: str) -> None:
        """Show other words."""
        if text != self._words:
            self._words = text
            self.setAccessibleName(text)
            self.setText("\n".join(self._lines(self.width())))
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Room for all words in one line, px."""
        metrics = self.fontMetrics()
        return self._around(QSize(metrics.horizontalAdvance(self._words), metrics.height()))

    def minimumSizeHint(self) -> QSize:
        """Room for the longest word, px."""
        metrics = self.fontMetrics()
        widest = max((metrics.horizontalAdvance(word) for word in self._words.split()), default=0)
        return self._around(QSize(widest, metrics.height()))

    def hasHeightForWidth(self) -> bool:
        """A narrow button is a high one."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Room for as many lines as this width needs, px."""
        count = len(self._lines(width))
        metrics = self.fontMetrics()
        height = metrics.height() + (count - 1) * metrics.lineSpacing()
        height += _AIR if count > 1 else 0
        return self._around(QSize(0, height)).height()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break the words anew."""
        super().resizeEvent(event)
        self.setText("\n".join(self._lines(self.width())))

    def _lines(self, width: int) -> list[str]:
        room = width - self._around(QSize(0, 0)).width()
        return _broken(self._words, self.fontMetrics(), room)

    def _around(self, content: QSize) -> QSize:
        option = QStyleOptionButton()
        self.initStyleOption(option)
        kind = QStyle.ContentsType.CT_PushButton
        return self.style().sizeFromContents(kind, option, content, self)


def _broken(text: str, metrics: QFontMetrics, room: int) -> list[str]:
    """Words to lines no wider than `room` px; a word that is wider has a line of its own."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and metrics.horizontalAdvance(longer) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines or [""]

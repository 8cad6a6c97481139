"""A title that is read in full: set smaller, then broken into lines, where room is short."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QResizeEvent
from PySide6.QtWidgets import QWidget

from gui import theme
from gui.widgets.whole_text import WholeTextLabel

LEAST_SHARE = 0.8
"""Of the size of a title: smaller letters would no longer look like one."""
MOST_LINES = {"title": 3, "caption": 2}
"""Further lines of a name somebody has typed are left out, and shown when it is pointed at."""
_LEAST_SHARES = {"title": LEAST_SHARE, "caption": 1.0}  # captions are small already
_STYLES = {"title": "headline", "caption": "subline"}


class TitleLabel(WholeTextLabel):
    """As wide as its place; as high as its words need. role: "title", or "caption" below it."""

    def __init__(self, text: str = "", role: str = "title", parent: QWidget | None = None) -> None:
        self._role = role
        super().__init__(text, _STYLES[role], parent)

    def minimumSizeHint(self) -> QSize:
        """Little width, and the height of the present lines, px."""
        return QSize(40, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the words anew."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.fit()

    def fit(self) -> None:
        """Smaller letters, then several lines."""
        room = self.contentsRect().width() - 1
        most = MOST_LINES[self._role]
        font = theme.current().font(self._role)
        font, lines = fitted(self._full, font, room, _LEAST_SHARES[self._role])
        self.setFont(font)
        shown = lines[:most]
        if len(lines) > most:
            rest = " ".join(lines[most - 1 :])
            metrics = QFontMetricsF(font)
            shown[-1] = metrics.elidedText(rest, Qt.TextElideMode.ElideRight, room)
        self.setText("\n".join(shown))
        self.setToolTip(self._full if len(lines) > most else "")


def fitted(
    text: str, font: QFont, room: float, least_share: float = LEAST_SHARE
) -> tuple[QFont, list[str]]:
    """The largest font in which `text` takes one line of `room` px; else the least one, and the
    lines that it takes then."""
    found = QFont(font)
    least = round(font.pixelSize() * least_share)
    while found.pixelSize() > least and _width(found, text) > room:
        found.setPixelSize(found.pixelSize() - 1)
    if _width(found, text) <= room:
        return found, [text]
    return found, broken(text, found, room)


def broken(text: str, font: QFont, room: float) -> list[str]:
    """Words to lines of at most `room` px, after hyphens too; a longer word is cut in two."""
    lines: list[str] = []
    for word in text.replace("-", "-\0").replace(" ", " \0").split("\0"):
        if lines and _width(font, (lines[-1] + word).rstrip()) <= room:
            lines[-1] += word
            continue
        while len(word) > 1 and _width(font, word.rstrip()) > room:
            count = next((n for n in range(len(word), 1, -1) if _width(font, word[:n]) <= room), 1)
            lines.append(word[:count])
            word = word[count:]
        lines.append(word)
    return [line.rstrip() for line in lines if line.strip()] or [""]


def _width(font: QFont, text: str) -> float:
    return QFontMetricsF(font).horizontalAdvance(text)

"""What every plot has in common: header, empty state, and drawing only what is seen."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import QRectF, QSize, Qt, Slot
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from gui import theme
from gui.plots.export_menu import ExportMenu
from gui.plots.header import PlotHeader
from gui.theme import Theme

if TYPE_CHECKING:
    from model.snapshot import Snapshot, Want

KEPT_SECONDS = 2.0
"""How long an answer stands in for the next one. A training gives them twice a second."""
PRESS_RUN = "Press Run (Ctrl+R), and the picture appears here."


class PlotPanel(QWidget):
    """One plot. Holds the newest snapshot and draws it while it is visible.

    A subclass gives `key`, `title`, `wants`, builds its picture in `build` and fills it in
    `show_snapshot`, which returns "" or a sentence that says why there is nothing to see. `short`:
    the title where there is little room, "" = the title itself; `exports`: kinds of `export`.
    """

    key: ClassVar[str] = ""
    title: ClassVar[str] = ""
    short: ClassVar[str] = ""
    symbol: ClassVar[str] = ""
    symbol_token: ClassVar[str] = "text"
    is_symbol_first: ClassVar[bool] = False
    icon: ClassVar[str] = "chart-line-variant"
    wants: ClassVar[tuple[str, ...]] = ()
    exports: ClassVar[tuple[str, ...]] = ("png", "svg", "csv")

    def __init__(self, controller: Any, document: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.controller = controller
        self.document = document
        self.latest: Snapshot | None = None
        self._is_stale = True
        self._kept: dict[Want, tuple[float, Any]] = {}
        self.setObjectName(f"plot_{self.key}")
        self.setProperty("kind", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.header = PlotHeader(
            self.title,
            self.symbol,
            self.symbol_token,
            short=self.short,
            is_symbol_first=self.is_symbol_first,
        )
        self.header.setObjectName(f"{self.key}_header")
        self._empty = EmptyState(self.icon)
        self._stack = QStackedWidget()
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(0)
        self._rows.addWidget(self.header)
        self._rows.addWidget(self._stack, 1)
        self.menu: ExportMenu | None = None
        self.picture = self.build()
        if self.menu is None:
            self.menu = ExportMenu(self)
        self.header.add(self.menu.button)
        self._stack.addWidget(self.picture)
        self._stack.addWidget(self._empty)
        self._show_empty(PRESS_RUN)
        controller.snapshot.connect(self._on_snapshot)
        controller.reset_done.connect(self._on_reset)
        controller.state_changed.connect(self._on_state_changed)
        document.opened.connect(self._on_reset)
        theme.notifier().changed.connect(self._on_theme_changed)
        self._on_theme_changed(theme.current())

    def sizeHint(self) -> QSize:
        """The same for all plots, so that docks beside each other share the room evenly."""
        height = round(theme.current().size("bottom_dock"))
        return QSize(round(1.6 * height), height)

    # for subclasses

    def build(self) -> QWidget:
        """Make the picture, once."""
        raise NotImplementedError

    def show_snapshot(self, snapshot: Snapshot) -> str:
        """Draw a snapshot; "" or why there is nothing to draw."""
        raise NotImplementedError

    def note(self, snapshot: Snapshot) -> None:
        """Remember what a later picture needs; called for every snapshot, seen or not."""

    def clear(self) -> None:
        """Forget what was noted."""

    def dress(self, look: Theme) -> None:
        """Put on a theme."""

    def set_running(self, is_running: bool) -> None:
        """The training has started or stopped."""

    def export_source(self) -> Any:
        """The picture that is exported: the one on show."""
        is_stack = isinstance(self.picture, QStackedWidget)
        return self.picture.currentWidget() if is_stack else self.picture

    def newest(self, want: Want, snapshot: Snapshot) -> Any:
        """What was wanted, or `None`. Only some snapshots of a running training hold it; in
        between, the last one stands."""
        found = getattr(snapshot, want)
        if found is not None:
            self._kept[want] = (monotonic(), found)
            return found
        since, kept = self._kept.get(want, (-KEPT_SECONDS, None))
        is_fresh = self.controller.state == "running" and monotonic() - since < KEPT_SECONDS
        return kept if is_fresh else None

    # events

    @property
    def empty_text(self) -> str:
        """What the empty state says; "" while there is a picture."""
        return self._empty.text if self._stack.currentWidget() is self._empty else ""

    def refresh(self) -> None:
        """Draw the newest snapshot again, at once where the plot is seen, otherwise when it is."""
        self._is_stale = True
        if not self.isVisible():
            return
        self._is_stale = False
        if self.latest is None:
            self._show_empty(PRESS_RUN)
            return
        reason = self.show_snapshot(self.latest)
        if reason:
            self._show_empty(reason)
        else:
            self._stack.setCurrentWidget(self.picture)

    def _show_empty(self, sentence: str) -> None:
        self._empty.set_text(sentence)
        self._stack.setCurrentWidget(self._empty)

    @Slot(object)
    def _on_snapshot(self, snapshot: Snapshot) -> None:
        self.latest = snapshot
        self.note(snapshot)
        self.refresh()

    @Slot()
    def _on_reset(self) -> None:
        self.latest = None
        self._kept = {}
        self.clear()
        self._show_empty(PRESS_RUN)
        self.refresh()

    @Slot(str)
    def _on_state_changed(self, state: str) -> None:
        self.set_running(state == "running")

    @Slot(object)
    def _on_theme_changed(self, look: Theme) -> None:
        self.dress(look)
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Ask for what this plot needs, and catch up."""
        super().showEvent(event)
        for want in self.wants:
            self.controller.want(want, self, True)
        if self.latest is None and self.controller.latest is not None:
            self.latest = self.controller.latest
            self.note(self.latest)
            self._is_stale = True
        if self._is_stale:
            self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: the engine need not work for this plot."""
        super().hideEvent(event)
        for want in self.wants:
            self.controller.want(want, self, False)


class EmptyState(QWidget):
    """An icon and a sentence in the middle, as large as there is room."""

    def __init__(self, icon: str) -> None:
        super().__init__()
        self._icon = icon
        self.text = ""
        theme.notifier().changed.connect(self._on_theme_changed)

    def set_text(self, text: str) -> None:
        """Say another sentence."""
        if text != self.text:
            self.text = text
            self.setAccessibleName(text)
            self.setToolTip(text)
            self.update()

    @Slot(object)
    def _on_theme_changed(self, _look: Theme) -> None:
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint icon and sentence."""
        look = theme.current()
        painter = QPainter(self)
        painter.setFont(look.font("body"))
        flags = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
        room = QRectF(self.rect()).adjusted(16, 4, -16, -4)
        words = painter.boundingRect(room, flags, self.text)
        side = 32 * look.scale
        has_icon = words.height() + side + 10 <= room.height()
        top = room.center().y() - (words.height() + (side + 10 if has_icon else 0)) / 2
        if has_icon:
            area = QRectF(room.center().x() - side / 2, top, side, side)
            theme.paint_icon(painter, self._icon, area, look.color("border2"))
            top += side + 10
        painter.setPen(look.color("text3"))
        painter.drawText(
            QRectF(room.left(), top, room.width(), words.height() + 2), flags, self.text
        )
        painter.end()

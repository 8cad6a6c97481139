"""One dock of a plot: made when first seen, in front or behind, in the window or on its own."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QMainWindow, QWidget

from gui import theme
from gui.document import Document
from gui.plots.header import PlotHeader
from gui.plots.panel import PlotPanel
from gui.plots.spec import PlotSpec

LEAST_SIZE = QSize(120, 90)
FLOATING_SIZE = QSize(560, 380)
FRAME = 2
FLOATING_OFFSET = QPoint(48, -72)
"""How far beside its place in the window a dock appears on its own, px."""


class PlotDock(QDockWidget):
    """One dock. Its plot is made when it is first shown, but not before `may_build`.

    `switch` is the action that opens it, brings it to the front, or closes it if it is in front.
    """

    built = Signal()
    open_requested = Signal(object)
    """The dock itself: its switch was pressed, and it cannot be seen."""
    left = Signal()
    """It was closed or taken out of the window, or put back: the others share the room anew."""
    cramped = Signal()
    """Its head has less room than it needs."""

    def __init__(self, spec: PlotSpec, controller: Any, document: Document) -> None:
        super().__init__(spec.title)
        self.spec = spec
        self._controller = controller
        self._document = document
        self.panel: QWidget | None = None
        self.may_build = False
        self.is_in_front = False
        self._head: _Head | None = None
        self.setTitleBarWidget(QWidget(self))
        self.setWidget(QWidget(self))
        self.widget().setMinimumSize(LEAST_SIZE)
        self.setObjectName(f"dock_{spec.key}")
        self.setAllowedAreas(Qt.DockWidgetArea.AllDockWidgetAreas)
        self.switch = QAction(spec.title, self)
        self.switch.setObjectName(f"dock_{spec.key}")
        self.switch.setCheckable(True)
        self.switch.setIconText(spec.short or spec.title)
        self.switch.setToolTip(f"{spec.title}: {spec.help}" if spec.help else spec.title)
        self.switch.triggered.connect(self._on_switched)
        self.toggleViewAction().toggled.connect(self.switch.setChecked)
        self.visibilityChanged.connect(self._on_visibility_changed)
        self.topLevelChanged.connect(self._on_top_level_changed)

    def build(self) -> None:
        """Make the plot, if it is not there yet."""
        if self.panel is not None:
            return
        panel = self.spec.factory(self._controller, self._document)
        self.panel = panel
        header = panel.header if isinstance(panel, PlotPanel) else PlotHeader(self.spec.title)
        float_button = header.add_button("dock-window", "Take out of the window, or put back", "")
        close_button = header.add_button("close", f"Close {self.spec.title}", "")
        float_button.setObjectName(f"float_{self.spec.key}")
        close_button.setObjectName(f"close_{self.spec.key}")
        float_button.clicked.connect(self._on_float)
        close_button.clicked.connect(self._on_closed)
        self._head = _Head(header, self)
        self.setTitleBarWidget(self._head)
        self.setWidget(panel)
        panel.setMinimumSize(LEAST_SIZE)
        self.built.emit()

    def needed_width(self) -> int:
        """The width in which its head is not cut, px."""
        head = self._head.needed_width() if self._head is not None else 0
        return max(head, LEAST_SIZE.width())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask for more room where the head is cut."""
        super().resizeEvent(event)
        if self.width() < self.needed_width() and not self.isFloating():
            self.cramped.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A frame around a dock on its own; its title is the header of the plot."""
        super().paintEvent(event)
        if self.isFloating():
            painter = QPainter(self)
            painter.fillRect(self.rect(), theme.current().color("accent"))
            painter.end()

    @Slot(bool)
    def _on_visibility_changed(self, is_visible: bool) -> None:
        self.is_in_front = is_visible
        if is_visible and self.may_build:
            self.build()

    @Slot(bool)
    def _on_top_level_changed(self, is_floating: bool) -> None:
        if self._head is not None:
            self._head.updateGeometry()
        edge = FRAME if is_floating else 0
        self.setContentsMargins(edge, edge, edge, edge)

    @Slot()
    def _on_switched(self) -> None:
        is_seen = not self.isHidden() and self.is_in_front
        if is_seen:
            self._on_closed()
        else:
            self.open_requested.emit(self)
        self.switch.setChecked(not self.isHidden())

    @Slot()
    def _on_closed(self) -> None:
        self.close()
        self.left.emit()

    @Slot()
    def _on_float(self) -> None:
        if self.isFloating():
            self.setFloating(False)
        else:
            place = self.mapToGlobal(QPoint(0, 0)) + FLOATING_OFFSET
            self.setFloating(True)
            room = self.screen().availableGeometry()
            self.resize(FLOATING_SIZE.expandedTo(self.size()).boundedTo(room.size()))
            last = room.bottomRight() - QPoint(self.width(), self.height())
            self.move(min(place.x(), last.x()), min(place.y(), last.y()))
        self.left.emit()


class _Head(QWidget):
    """Holds the head of a plot. At the bottom, where the columns see to it that no head is cut, it
    never asks the window to be wider; elsewhere it asks for all the room it needs."""

    def __init__(self, header: PlotHeader, dock: PlotDock) -> None:
        super().__init__(dock)
        self._header = header
        self._dock = dock
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(header)

    def needed_width(self) -> int:
        """The width of the header, its caption shortened, px."""
        return self._header.minimumSizeHint().width()

    def minimumSizeHint(self) -> QSize:
        """Little width, and the height of the header, px."""
        width = LEAST_SIZE.width() if self._is_at_bottom() else self.needed_width()
        return QSize(width, self._header.minimumHeight())

    def _is_at_bottom(self) -> bool:
        window = self._dock.parentWidget()
        bottom = Qt.DockWidgetArea.BottomDockWidgetArea
        is_docked = isinstance(window, QMainWindow) and not self._dock.isFloating()
        return is_docked and window.dockWidgetArea(self._dock) == bottom

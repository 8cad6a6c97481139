"""The docks of the debugger: views at the right, tape and operations below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QDockWidget, QSplitter, QTabWidget, QWidget

from gui import theme
from gui.debugger.session import DebugSession

if TYPE_CHECKING:
    from gui.debugger.check_panel import CheckPanel
    from gui.debugger.checking import GradientChecker
    from gui.debugger.predict_panel import PredictPanel
    from gui.debugger.steps import StepsPanel
    from gui.debugger.tape import TapePanel
    from gui.main_window import MainWindow

VIEWS_WIDTH = 1.25
"""Of the views, in widths of the inspector."""
BELOW_HEIGHT = 0.27
"""Share of the window's height of tape and operations, at most."""
NARROW = 960
"""Width of the window, px at a desk, below which the tape has no room beside the operations."""
_TABS_SHARE = 0.55
WIDE = 1500
"""Width of the window, px at a desk, from which the views reach down beside tape and operations;
in a narrower one these need all of it."""


class DebugRooms(QObject):
    """Made when first needed; inspector and plots come back as they were."""

    def __init__(self, window: MainWindow, session: DebugSession) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        self._views: QDockWidget | None = None
        self._below: QDockWidget | None = None
        self.tape: TapePanel | None = None
        self.steps: StepsPanel | None = None
        self.check: CheckPanel | None = None
        self.checker: GradientChecker | None = None
        self.predict: PredictPanel | None = None
        self.tabs = QTabWidget()
        self.tabs.setObjectName("debug_tabs")
        self.tabs.setDocumentMode(True)
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._had_inspector = True
        self._was_rail = False
        self._plots: list[str] = []

    def enter(self) -> None:
        """Put inspector and plots away, and the rooms of the debugger in their place."""
        window = self._window
        self._had_inspector = not window.inspector_dock.isHidden()
        self._plots = window.docks.hide_all()
        window.inspector_dock.hide()
        self._was_rail = window.palette_panel.is_rail
        window.palette_panel.set_rail(True)
        if self._views is None or self._below is None:
            self._views, self._below = self._make()
        look = theme.current()
        self._place_tape(is_tab=window.width() < NARROW * min(look.scale, 1.4))
        self._give_tabs_room()
        self._views.show()
        self._below.show()
        window.docks.stand_behind(self._below)
        if window.width() >= WIDE * min(look.scale, 1.4):
            area = Qt.DockWidgetArea.RightDockWidgetArea
            window.setCorner(Qt.Corner.BottomRightCorner, area)  # the views reach down
        width = min(VIEWS_WIDTH * look.size("inspector"), 0.34 * window.width())
        height = min(look.size("bottom_dock"), BELOW_HEIGHT * window.height())
        window.resizeDocks([self._views], [round(width)], Qt.Orientation.Horizontal)
        window.resizeDocks([self._below], [round(height)], Qt.Orientation.Vertical)

    def _give_tabs_room(self) -> None:
        """All of their names, where the tape does not need it."""
        bar = self.tabs.tabBar().sizeHint().width()
        self.tabs.setMinimumWidth(min(bar + 4, round(_TABS_SHARE * self._window.width())))

    def _place_tape(self, *, is_tab: bool) -> None:
        """Beside the operations, or in a narrow window as a tab of its own."""
        if self.tape is None:
            return
        place = self.tabs.indexOf(self.tape)
        if is_tab and place < 0:
            self.tabs.addTab(self.tape, "Tape")
        elif not is_tab and place >= 0:
            self.tabs.removeTab(place)
            self._split.insertWidget(0, self.tape)
            self.tape.show()

    def leave(self) -> None:
        """Everything as it was."""
        window = self._window
        for dock in (self._views, self._below):
            if dock is not None:
                dock.hide()
        below = Qt.DockWidgetArea.BottomDockWidgetArea
        window.setCorner(Qt.Corner.BottomRightCorner, below)
        window.palette_panel.set_rail(self._was_rail)
        window.inspector_dock.setVisible(self._had_inspector)
        window.docks.stand_alone()
        window.docks.show_only(self._plots)

    def shut_down(self) -> None:
        """End the threads: before the window goes."""
        if self.checker is not None:
            self.checker.finish()

    @Slot()
    def _show_question(self, _quiz: object, _place: int) -> None:
        if self.predict is not None:
            self.tabs.setCurrentWidget(self.predict)

    def _make(self) -> tuple[QDockWidget, QDockWidget]:
        from gui.debugger.check_panel import CheckPanel
        from gui.debugger.checking import GradientChecker
        from gui.debugger.fault_panel import FaultPanel
        from gui.debugger.predict_panel import PredictPanel
        from gui.debugger.predicting import Predictor
        from gui.debugger.steps import StepsPanel
        from gui.debugger.tape import TapePanel
        from gui.debugger.views import OperationViews

        self.tape, self.steps = TapePanel(self._session), StepsPanel(self._session)
        self.checker = GradientChecker(self._session)
        self.check = CheckPanel(self._session, self.checker)
        predictor = Predictor(self._session)
        self.predict = PredictPanel(self._session, predictor)
        predictor.asked.connect(self._show_question)
        predictor.shapes_hidden.connect(self._window.scene.set_shapes_hidden)
        self.tape.film.node_chosen.connect(self._window.show_node)
        below = self._split
        below.setChildrenCollapsible(False)
        self.tabs.addTab(self.steps, "Operations")
        self.tabs.addTab(self.check, "Gradient check")
        self.tabs.addTab(self.predict, "Predict first")
        self.tabs.addTab(FaultPanel(self._session), "Find the fault")
        below.addWidget(self.tape)
        below.addWidget(self.tabs)
        below.setStretchFactor(0, 1)
        below.setStretchFactor(1, 1)
        right, bottom = (
            Qt.DockWidgetArea.RightDockWidgetArea,
            Qt.DockWidgetArea.BottomDockWidgetArea,
        )
        content = OperationViews(self._session, self._window.settings)
        views = self._dock("debug_views_dock", "Operation", content, right)
        return views, self._dock("debug_below_dock", "Tape and operations", below, bottom)

    def _dock(
        self, name: str, title: str, content: QWidget, area: Qt.DockWidgetArea
    ) -> QDockWidget:
        dock = QDockWidget(title, self._window)
        dock.setObjectName(name)
        dock.setTitleBarWidget(QWidget(dock))
        dock.setFeatures(QDockWidget.DockWidgetFeature.NoDockWidgetFeatures)
        dock.setWidget(content)
        self._window.addDockWidget(area, dock)
        return dock

"""The window: puts the rooms together and nothing more."""

from __future__ import annotations

import logging
import sys
import time
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, QTimer, Slot
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import QDockWidget, QMainWindow, QMenuBar, QVBoxLayout, QWidget

from gui import probe
from gui.actions import Actions
from gui.canvas.scene import CanvasScene
from gui.canvas.view import CanvasView
from gui.crash import data_folder
from gui.debugger.mode import DebugMode
from gui.docks import PlotDocks
from gui.document import Document
from gui.file_actions import FileActions, accept_copy
from gui.frame_clock import FrameClock
from gui.history_actions import HistoryActions
from gui.inspector import InspectorPanel
from gui.labs.mode import LabMode, fill_lab_menu
from gui.menus import add_time_menu, fill_menu_bar
from gui.messages import Messages
from gui.palette import PalettePanel
from gui.plots import PLOTS
from gui.plots.spec import PlotSpec
from gui.presenting import Presenting
from gui.problems import ProblemsPanel
from gui.recovery import Recovery
from gui.seismograph_action import SeismographAction
from gui.settings import LAYOUT_VERSION, Settings
from gui.stage import Stage
from gui.status_strip import StatusStrip
from gui.teaching.actions import TeachingActions
from gui.timeline.mode import TimeMode
from gui.toolbar import Toolbar
from gui.train_actions import TrainActions
from gui.training.controller import TrainingController
from gui.view_actions import ViewActions
from gui.widgets import MessageBar
from gui.window_room import WindowRoom, restore_size

_log = logging.getLogger(__name__)


class MainWindow(QMainWindow):
    """Document, controller and every panel.

    path: the design to open, `None` = an empty one. recovery_folder: where copies of unsaved work
    are kept, `None` = the program's own folder.
    """

    def __init__(
        self,
        path: Path | None = None,
        settings: Settings | None = None,
        recovery_folder: Path | None = None,
    ) -> None:
        super().__init__()
        self.setObjectName("main_window")
        self.settings = settings if settings is not None else Settings()
        self.document = Document(self)
        self.controller = TrainingController(self.document, self)
        self.frame_clock = FrameClock(self.controller, self)
        self.is_painted = False
        self.is_built = False
        self._is_shut_down = False
        self._recovery_folder = recovery_folder or data_folder() / "recovery"
        self.actions_by_name = Actions(self)
        self.addActions(self.actions_by_name.all())
        self._build_centre()
        self._build_panels()
        self._build_workers()
        self._build_bars()
        self.message_bar.stand_before(self.view)
        self._connect()
        restore_size(self)
        self.controller.guard_frames_of(self)
        self.probe = probe.watch(self)
        self._on_file_changed()
        self.room = WindowRoom(self)
        self.is_built = True
        self.room.adapt()
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)
        if path is not None:
            self.file_actions.open(path)
        QTimer.singleShot(0, self._after_start)

    # building

    def _build_centre(self) -> None:
        self.scene = CanvasScene(self.document, self.controller, self)
        self.view = CanvasView(self.scene)
        self.message_bar = MessageBar(self.view)
        self.message_bar.setObjectName("message_bar")
        self.messages = Messages(self.message_bar, self.document, self.show_node)
        self.docks = PlotDocks(self, self._dock_specs(), self.controller, self.document)
        self.docks.row.add(self.actions_by_name["show_inspector"], "tune-variant", is_last=True)
        centre = QWidget()
        rows = QVBoxLayout(centre)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        self.stage = Stage(self.view)
        rows.addWidget(self.stage, 1)
        rows.addWidget(self.docks.row)
        self._centre = rows
        self.setCentralWidget(centre)

    def add_to_centre(self, widget: QWidget, at: int) -> None:
        """Put a widget into the column of the canvas; 0: above it."""
        self._centre.insertWidget(at, widget, 1 if at else 0)

    def put_below_canvas(self, widget: QWidget) -> None:
        """Put a slim widget between the canvas and the row of plots."""
        self._centre.insertWidget(self._centre.indexOf(self.docks.row), widget)

    def _dock_specs(self) -> list[PlotSpec]:
        problems = PlotSpec(
            "problems",
            "Problems",
            "alert-circle-outline",
            self._make_problems,
            help="what has to be repaired before the design can run",
        )
        return [*PLOTS, problems]

    def _make_problems(self, _controller: object, document: Document) -> QWidget:
        panel = ProblemsPanel(document, troubles=self.controller.troubles)
        panel.node_requested.connect(self.show_node)
        return panel

    def _build_panels(self) -> None:
        self.palette_panel = PalettePanel(self.document)
        self.inspector = InspectorPanel(self.document, self.controller)
        self.palette_dock = self._side_dock("palette_dock", "Palette", self.palette_panel)
        self.inspector_dock = self._side_dock("inspector_dock", "Inspector", self.inspector)
        corners = (Qt.Corner.BottomLeftCorner, Qt.Corner.BottomRightCorner)
        for corner in corners:
            self.setCorner(corner, Qt.DockWidgetArea.BottomDockWidgetArea)
        self.setDockOptions(
            QMainWindow.DockOption.AllowNestedDocks | QMainWindow.DockOption.AllowTabbedDocks
        )
        self._place_docks()

    def _side_dock(self, name: str, title: str, panel: QWidget) -> QDockWidget:
        dock = QDockWidget(title, self)
        dock.setObjectName(name)
        dock.setTitleBarWidget(QWidget(dock))
        dock.setFeatures(QDockWidget.DockWidgetFeature.DockWidgetClosable)
        dock.setWidget(panel)
        return dock

    def _place_docks(self) -> None:
        self.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, self.palette_dock)
        self.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self.inspector_dock)
        self.palette_dock.show()
        self.inspector_dock.show()
        self.docks.place()

    def _build_workers(self) -> None:
        actions = self.actions_by_name
        self.file_actions = FileActions(self, actions, self.document, self.messages, self.settings)
        self.history_actions = HistoryActions(actions, self.document)
        self.train_actions = TrainActions(actions, self.controller)
        self.view_actions = ViewActions(self, actions)
        self.teaching_actions = TeachingActions(self, actions, self.view, self.controller)
        self.recovery = Recovery(self.document, self.messages, self._recovery_folder, self)

    def _build_bars(self) -> None:
        self.menu_bar = QMenuBar()
        self.menu_bar.setObjectName("menu_bar")
        self.menus = fill_menu_bar(
            self.menu_bar,
            self.actions_by_name,
            self.file_actions,
            self.docks.actions(),
            self.view.actions_for_menu(),
        )
        self.toolbar = Toolbar(self.actions_by_name, self.document, self.controller)
        self.train_actions.slider = self.toolbar.speed
        top = QWidget()
        rows = QVBoxLayout(top)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.menu_bar)
        rows.addWidget(self.toolbar)
        self.setMenuWidget(top)
        self.status = StatusStrip(self.document, self.controller)
        bar = self.statusBar()
        bar.setSizeGripEnabled(False)
        bar.setContentsMargins(0, 0, 0, 0)
        bar.addPermanentWidget(self.status, 1)
        self.presenting = Presenting(self)
        self.debugging = DebugMode(self)
        self.labs = LabMode(self)
        self.seismograph = SeismographAction(self)
        fill_lab_menu(self.menus["Laboratories"], self.labs)
        self.time_mode = TimeMode(self)
        add_time_menu(self.menus["Train"], self.time_mode.menu)
        self.view_actions.remember_flags()
        self._leave = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        self._leave.setEnabled(False)

    def _connect(self) -> None:
        document, actions = self.document, self.actions_by_name
        document.file_changed.connect(self._on_file_changed)
        self.view.selection_changed.connect(self.inspector.show_selection)
        self.inspector.node_requested.connect(self.show_node)
        self.palette_panel.layer_chosen.connect(self.view.insert_layer)
        self.palette_panel.expression_wanted.connect(self.teaching_actions.ask_expression)
        self.view.example_requested.connect(self._on_examples_wanted)
        self.palette_panel.example_chosen.connect(self._on_example_chosen)
        self.status.problems_wanted.connect(self.show_problems)
        self.controller.run_refused.connect(self._on_run_refused)
        self.controller.fault_raised.connect(self._on_training_fault)
        self.docks.built.connect(self.frame_clock.stay_last)
        self.frame_clock.measured.connect(self.status.set_frame_ms)
        self.frame_clock.stay_last()
        self._leave.activated.connect(self._on_escape)
        actions["quit"].triggered.connect(self.close)
        actions["show_problems"].triggered.connect(self.show_problems)
        self.setAcceptDrops(True)

    @Slot()
    def _after_start(self) -> None:
        self.recovery.offer()

    # what the rooms ask for

    @property
    def is_presenting(self) -> bool:
        """Whether the window is in its form for a lecture."""
        return self.presenting.is_on

    @Slot(str)
    def show_node(self, node_id: str) -> None:
        """Select a node and bring it into view."""
        if node_id in self.document.graph:
            self.view.centre_on(node_id)

    @Slot()
    def show_problems(self) -> None:
        """Open the list of problems."""
        self.docks.open("problems")

    @Slot(object)
    def _on_run_refused(self, _problem: object) -> None:
        self.show_problems()

    @Slot(object)
    def on_fault(self, sentence: str) -> None:
        """A fault of the program: keep the work, say it once."""
        self.recovery.keep()
        self.messages.say(sentence, "error")

    @Slot(object)
    def _on_training_fault(self, fault: BaseException) -> None:
        sys.excepthook(type(fault), fault, fault.__traceback__)

    @Slot(object)
    def _on_example_chosen(self, path: Path) -> None:
        self.file_actions.open(path)

    @Slot()
    def _on_examples_wanted(self) -> None:
        self.palette_dock.show()
        self.palette_panel.show_examples()

    @Slot()
    def _on_file_changed(self) -> None:
        self.setWindowTitle(f"{self.document.title}[*] – Deltaboard")
        self.setWindowModified(self.document.is_modified)
        self.setWindowFilePath(str(self.document.path or ""))

    @Slot()
    def _on_escape(self) -> None:
        if self.labs.current:
            self.labs.close()
        else:
            self.actions_by_name["present"].setChecked(False)

    def set_escape_leaves(self, is_leaving: bool) -> None:
        """While presenting, Esc leaves."""
        self._leave.setEnabled(is_leaving)

    @Slot()
    def reset_layout(self) -> None:
        """Put all panels where they were at first."""
        self.settings.forget_layout()
        self._place_docks()
        self.room.forget()

    # size and painting

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Adapt the panels to the width."""
        super().resizeEvent(event)
        if self.is_built:
            self.room.on_resized()

    def showEvent(self, event: QShowEvent) -> None:
        """The side panels take their widths once the window has one."""
        super().showEvent(event)
        self.room.on_shown()

    def event(self, event: QEvent) -> bool:
        """Measure how long painting takes."""
        if event.type() != QEvent.Type.UpdateRequest:
            return super().event(event)
        began = time.perf_counter()
        answer = super().event(event)
        self.frame_clock.painted(time.perf_counter() - began)
        if not self.is_painted:
            self.is_painted = True
            QTimer.singleShot(0, self.docks.start)
        return answer

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc that nobody else has needed closes the message, then leaves the debugger."""
        if event.key() == Qt.Key.Key_Escape and not self.message_bar.isHidden():
            self.message_bar.close_message()
        elif event.key() == Qt.Key.Key_Escape and self.debugging.is_open:
            self.debugging.close()
        else:
            super().keyPressEvent(event)

    # files dropped onto the window

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files may be dropped; what is no file of this computer is told so then."""
        if event.mimeData().hasUrls():
            accept_copy(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Open it once the program it comes from has been answered: a question would hold it."""
        accept_copy(event)
        open_dropped = partial(self.file_actions.open_dropped, event.mimeData().urls())
        QTimer.singleShot(0, self, open_dropped)

    # the end

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask about unsaved changes; remember the window; stop the thread."""
        if not self._is_shut_down and not self.file_actions.may_leave():
            event.ignore()
            return
        try:
            self._remember()
        finally:
            self.shut_down()
        super().closeEvent(event)

    def _remember(self) -> None:
        """Size and layout of the plain window, not of a lecture, a walk or a laboratory."""
        self.labs.close()
        self.debugging.close()
        if self.is_presenting:
            self.presenting.leave()
        self.settings.geometry = self.saveGeometry()
        self.settings.layout = self.saveState(LAYOUT_VERSION)
        self.settings.sync()
        self.recovery.close()

    @Slot()
    def shut_down(self) -> None:
        """Stop the training thread and let go of what would speak to a dead window."""
        if self._is_shut_down:
            return
        self._is_shut_down = True
        self.labs.shut_down()
        self.debugging.shut_down()
        if not self.controller.shutdown():
            _log.warning("The training thread did not end in time")
        self.document.stack.blockSignals(True)

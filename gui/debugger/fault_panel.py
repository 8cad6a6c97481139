"""Find the fault: one mistake is planted in the backward pass, and the student says where."""

from __future__ import annotations

import secrets

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gui import theme
from gui.debugger.session import DebugSession
from gui.inspector.pieces import caption
from gui.plots.header import PlotHeader
from model.teaching.faults import FAULTS, Fault

_ASIDE = (
    "A mistake hides in a copy of the backward pass; the training stays right. Step through it, "
    "compare δ with the formulas and lines, use the gradient check, and say where it is."
)


class FaultPanel(QWidget):
    """Plant, guess, give up. The answer is shown only when it is found or given up."""

    def __init__(self, session: DebugSession) -> None:
        super().__init__()
        self.setObjectName("fault_panel")
        self.setProperty("kind", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._session = session
        self._guesses = 0
        self.header = PlotHeader("")
        self.plant = QPushButton("Plant a fault")
        self.plant.setObjectName("fault_plant")
        self.plant.setToolTip("Walk through a backward pass with one mistake in it")
        self.node, self.kind = QComboBox(), QComboBox()
        self.node.setObjectName("fault_node")
        self.node.setAccessibleName("Card with the fault")
        self.kind.setObjectName("fault_kind")
        self.kind.setAccessibleName("What is wrong there")
        for box in (self.node, self.kind):  # long names must not widen the window
            box.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            box.setMinimumContentsLength(10)
        for key, info in FAULTS.items():
            self.kind.addItem(info.title, key)
        self.judge = QPushButton("That is it")
        self.judge.setObjectName("fault_judge")
        self.judge.setProperty("kind", "primary")
        self.give_up = QPushButton("Tell me")
        self.give_up.setObjectName("fault_give_up")
        self.verdict = QLabel(_ASIDE)
        self.verdict.setObjectName("fault_verdict")
        self.verdict.setWordWrap(True)
        self._arrange()
        self.plant.clicked.connect(self._on_plant)
        self.judge.clicked.connect(self._on_judge)
        self.give_up.clicked.connect(self._on_give_up)
        session.planted.connect(self._on_planted, Qt.ConnectionType.QueuedConnection)
        session.closed.connect(self._on_closed)
        self._refresh()

    def _arrange(self) -> None:
        grid = QGridLayout()
        grid.setContentsMargins(14, 6, 14, 8)
        grid.setSpacing(8)
        grid.setColumnStretch(1, 1)
        grid.addWidget(caption("where"), 0, 0)
        grid.addWidget(self.node, 0, 1)
        grid.addWidget(self.judge, 0, 2)
        grid.addWidget(caption("what"), 1, 0)
        grid.addWidget(self.kind, 1, 1)
        grid.addWidget(self.give_up, 1, 2)
        grid.addWidget(self.verdict, 2, 0, 1, 3)
        grid.setRowStretch(3, 1)
        self.header.add(self.plant)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.header)
        rows.addLayout(grid, 1)

    @Slot()
    def _on_plant(self) -> None:
        if self._session.fault is not None:
            self._session.plant_fault(None)
            self._say(_ASIDE, "text")
            self._refresh()
        else:
            self._session.plant_fault(secrets.randbelow(1_000_000))

    @Slot(object)
    def _on_planted(self, _fault: Fault) -> None:
        graph = self._session.document.graph
        self._guesses = 0
        self.node.clear()
        for key in self._session.document.inference.order:
            self.node.addItem(graph.title_of(key), key)
        self._say("A fault is planted. Walk through the backward pass and find it.", "text")
        self._refresh()

    @Slot()
    def _on_judge(self) -> None:
        fault = self._session.fault
        if fault is None:
            return
        self._guesses += 1
        verdict = fault.judge(self.node.currentData(), self.kind.currentData())
        mark = "✓" if verdict.is_right else "✗"
        tries = f" ({self._guesses} tries)" if verdict.is_right and self._guesses > 1 else ""
        self._say(f"{mark} {verdict.message}{tries}", "ok" if verdict.is_right else "err")

    @Slot()
    def _on_give_up(self) -> None:
        fault = self._session.fault
        if fault is not None:
            where = self._session.document.graph.title_of(fault.node_id)
            self._say(f"{where}: {fault.title}. {fault.explanation}", "text")

    @Slot()
    def _on_closed(self) -> None:
        self._say(_ASIDE, "text")
        self._refresh()

    def _say(self, text: str, token: str) -> None:
        self.verdict.setText(text)
        self.verdict.setStyleSheet(f"color: {theme.current().color(token).name()}")

    def _refresh(self) -> None:
        is_planted = self._session.fault is not None
        self.plant.setText("Take it away" if is_planted else "Plant a fault")
        self.header.set_caption("one fault is planted" if is_planted else "the pass is right")
        for part in (self.node, self.kind, self.judge, self.give_up):
            part.setEnabled(is_planted)
            part.setToolTip("" if is_planted else "Plant a fault first")

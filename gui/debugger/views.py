"""The views at the right while debugging: formula, NumPy lines and numbers of one operation."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from gui.debugger.moment import Moment
from gui.debugger.session import DebugSession
from gui.inspector.maths import CodeBlock
from gui.inspector.pieces import FormulaRow, caption, clear, section


class OperationViews(QScrollArea):
    """What the operation that was done last has computed."""

    def __init__(self, session: DebugSession) -> None:
        super().__init__()
        self.setObjectName("operation_views")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        page = QWidget()
        page.setProperty("kind", "panel")
        self._rows = QVBoxLayout(page)
        self._rows.setContentsMargins(16, 16, 16, 16)
        self._rows.setSpacing(12)
        self._rows.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.setWidget(page)
        session.described.connect(self.show_moment)

    @Slot(object)
    def show_moment(self, moment: Moment) -> None:
        """Formula, lines, numbers."""
        clear(self._rows)
        view = moment.view
        if view is None:
            self._rows.addWidget(caption("Nothing is computed yet. F10 does the first operation."))
            return
        self._rows.addWidget(section("Formula"))
        for words, tex in (*view.formulas, *view.with_numbers):
            self._rows.addWidget(FormulaRow(words, tex))
        self._rows.addWidget(section("NumPy"))
        self._rows.addWidget(CodeBlock(view.source))

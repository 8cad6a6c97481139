"""The middle of the Jacobian inspector: its formula, the picture, and the chain below it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from gui.formulas import FormulaLabel
from gui.labs.jacobian_figure import JacobianFigure
from gui.labs.jacobian_strip import ChainStrip, Factor


class JacobianStage(QWidget):
    """`resized()` when there is another room for the picture."""

    resized = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.figure = JacobianFigure()
        self.strip = ChainStrip()
        self.formula, self.whole = FormulaLabel(), FormulaLabel()
        self.shape, self.structure = QLabel(), QLabel()
        for label in (self.shape, self.structure):
            label.setProperty("kind", "chip")
        self.structure.setProperty("level", "accent")
        self._area = QScrollArea()
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidget(self.figure)
        self._area.viewport().installEventFilter(self)
        self._chain = QScrollArea()
        self._chain.setWidgetResizable(True)
        self._chain.setFrameShape(QFrame.Shape.NoFrame)
        self._chain.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._chain.setWidget(self.strip)
        self._chain.hide()
        head = QHBoxLayout()
        head.setContentsMargins(16, 10, 16, 4)
        head.setSpacing(8)
        head.addWidget(self.formula)
        head.addWidget(self.whole)
        head.addStretch(1)
        head.addWidget(self.shape)
        head.addWidget(self.structure)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addLayout(head)
        rows.addWidget(self._area, 1)
        rows.addWidget(self._chain)
        self.figure.moved.connect(self._on_moved)
        for bar in (self._area.horizontalScrollBar(), self._area.verticalScrollBar()):
            bar.valueChanged.connect(self._on_scrolled)

    def show_formula(self, entry: str, whole: str = "") -> None:
        """What an entry is, and the matrix as a whole."""
        self.formula.set_tex(entry)
        self.whole.set_tex(whole)
        self.fit_head()

    def refit(self) -> None:
        """The theme has other sizes."""
        self.strip.setMinimumSize(self.strip.sizeHint())
        bar = self._chain.horizontalScrollBar().sizeHint().height()
        self._chain.setFixedHeight(self.strip.sizeHint().height() + bar)

    def show_chain(self, factors: tuple[Factor, ...], chosen: int) -> None:
        """The factors with their product as the last; none: a single Jacobian."""
        self.strip.show_chain(factors, chosen)
        self._chain.setVisible(bool(factors))
        self.refit()

    def show_shape(self, shape: tuple[int, int], structure: str) -> None:
        """The two chips."""
        self.shape.setText(f"{shape[0]:,} × {shape[1]:,}")
        self.structure.setText(structure)
        self.fit_head()

    def fit_head(self) -> None:
        """What has no room beside the formula is left out; the facts say it too."""
        room = self._area.width() - 40 - self.formula.sizeHint().width()
        chips = [self.shape] + ([self.structure] if self.structure.text() else [])
        room -= sum(chip.sizeHint().width() + 8 for chip in chips)
        for chip in (self.shape, self.structure):
            chip.setVisible(room >= 0 and chip in chips)
        wide = self.whole.sizeHint().width() + 24
        self.whole.setVisible(bool(self.whole.tex()) and room >= wide)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The figure fills the room that there is."""
        if event.type() == QEvent.Type.Resize and watched is self._area.viewport():
            self.figure.set_room(self._area.viewport().size() - QSize(2, 2))
            self.resized.emit()
            self.fit_head()
        return super().eventFilter(watched, event)

    @Slot(QRectF)
    def _on_moved(self, cell: QRectF) -> None:
        middle = cell.center().toPoint()
        across = min(round(cell.width() / 2) + 60, self._area.viewport().width() // 2)
        down = min(round(cell.height() / 2) + 40, self._area.viewport().height() // 2)
        self._area.ensureVisible(middle.x(), middle.y(), across, down)

    @Slot(int)
    def _on_scrolled(self, _value: int) -> None:
        self.figure.update()  # its labels stay in sight

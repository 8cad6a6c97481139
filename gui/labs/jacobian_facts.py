"""At the left of a Jacobian: where it belongs, which structure it has, and facts in words."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from gui.inspector.pieces import caption, section
from gui.labs.jacobian_where import End, StructureTiles, WhereFigure


class JacobianFacts(QWidget):
    """Pictures first, words below."""

    def __init__(self) -> None:
        super().__init__()
        self.where = WhereFigure()
        self.tiles = StructureTiles()
        self._where_title = section("Where")
        self._meaning = caption()
        self._facts = QGridLayout()
        self._facts.setVerticalSpacing(4)
        self._facts.setColumnStretch(1, 1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(10)
        for widget in (self._where_title, self.where, section("Structure"), self.tiles):
            rows.addWidget(widget)
        rows.addWidget(self._meaning)
        rows.addLayout(self._facts)
        said = "rows = outputs, columns = inputs, float64. Wheel or + and − zoom; arrows move."
        rows.addWidget(caption(said))

    def refit(self) -> None:
        """The theme has other sizes."""
        for figure in (self.where, self.tiles):
            figure.setFixedHeight(figure.sizeHint().height())

    def show_ends(self, ends: tuple[End, ...]) -> None:
        """The cards at both ends of the edge; none for a product of several."""
        self._where_title.setVisible(bool(ends))
        self.where.setVisible(bool(ends))
        if ends:
            self.where.show_ends(ends)

    def show_facts(self, facts: tuple[tuple[str, str], ...], structure: str) -> None:
        """facts: (name, words)."""
        self.tiles.show_structure(structure)
        while self._facts.count():
            entry = self._facts.takeAt(0)
            old = entry.widget() if entry is not None else None
            if old is not None:
                old.deleteLater()
        told = dict(facts)
        self._meaning.setText(told.pop("structure", ""))
        for row, (name, words) in enumerate(told.items()):
            key, value = caption(name), QLabel(words)
            key.setWordWrap(False)
            value.setWordWrap(True)
            value.setAlignment(Qt.AlignmentFlag.AlignRight)
            self._facts.addWidget(key, row, 0, Qt.AlignmentFlag.AlignTop)
            self._facts.addWidget(value, row, 1)

"""What the layer under the cursor does: title, one line, shapes."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from gui.palette.entries import PRESET, entry_of
from gui.palette.search import shapes_line


class LayerFooter(QFrame):
    """A few lines below the list about one layer."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "sunken")
        self.setObjectName("palette_footer")
        self._title = _wrapped("strong")
        self._line = _wrapped("caption")
        self._shapes = _wrapped("caption")
        rows = QVBoxLayout(self)
        rows.setContentsMargins(12, 10, 12, 10)
        rows.setSpacing(4)
        for label in (self._title, self._line, self._shapes):
            rows.addWidget(label)
        self.show_layer("")

    def show_layer(self, tag: str) -> None:
        """Describe a layer; "" says what can be done here."""
        if not tag:
            self._title.setText("Add a layer")
            self._line.setText("Drag it onto the canvas or a wire, or press Enter.")
            self._shapes.hide()
            return
        entry = entry_of(tag)
        shapes = entry.layer.label() if PRESET in tag else shapes_line(type(entry.layer))
        self._title.setText(entry.title)
        self._line.setText(entry.help)
        self._shapes.setText(shapes)
        self._shapes.setVisible(bool(shapes))


def _wrapped(role: str) -> QLabel:
    label = QLabel()
    label.setProperty("role", role)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label

"""Typing on the canvas: a card's name, its formula or value, a note's text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt, Slot
from PySide6.QtGui import QFont, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from gui import theme
from gui.canvas import node_paint
from gui.canvas.cards import measures
from gui.widgets.formula_line import FormulaLine
from gui.widgets.readings import READERS
from model import editing
from model.errors import DesignError
from model.fields import Field, fields_of
from model.layer import Layer
from model.trying import fault_of_value

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView


class InlineEditors(QObject):
    """One box at a time. Enter (in a note Ctrl+Enter) or a click elsewhere keeps the text. Esc
    gives a new name or formula up, but keeps the text of a note: undo takes it back. A formula
    that cannot be read stays open on Enter."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self._view = view
        self._box: QWidget | None = None
        self._key = ""
        self._field: Field | None = None
        self._marked = ""
        """The card that could not be computed with what is being typed."""

    @property
    def box(self) -> QWidget | None:
        """The box that is open."""
        return self._box

    def rename(self, key: str) -> None:
        """Edit a card's title in its place."""
        item = self._view.canvas.nodes.get(key)
        if item is None:
            return
        look = theme.current()
        left = node_paint.title_left(look) - 8
        row = QRectF(left, 3, item.size[0] - left - 6, look.size("card_header") - 6)
        line = QLineEdit(item.node.name or item.node.title, self._view)
        line.setObjectName("rename_node")
        line.setAccessibleName("Name of the layer")
        line.setToolTip("Enter keeps the name, Esc gives it up; empty: the layer's own name")
        line.setMaxLength(200)
        self._open(line, key, row.translated(item.pos()), look.font("card"))
        line.selectAll()

    def edit_notation(self, key: str) -> bool:
        """Edit a card's formula or value in its place. False where it has none."""
        item = self._view.canvas.nodes.get(key)
        field = notation_of(item.node.layer) if item is not None else None
        if item is None or field is None:
            return False
        look = theme.current()
        line = FormulaLine(str(getattr(item.node.layer, field.name)), self._view)
        line.setObjectName("edit_formula")
        line.setAccessibleName(field.description)
        line.setToolTip("Enter keeps it, Esc gives it up")
        row = item.body_rect()
        row.setHeight(measures.length(look, "formula"))
        row.adjust(look.size("stripe") + 4, 2, -6, -4)
        self._open(line, key, row.translated(item.pos()), look.font("mono"))
        self._field = field
        line.textChanged.connect(self._on_notation_typed)
        line.selectAll()
        return True

    @Slot(str)
    def _on_notation_typed(self, text: str) -> None:
        """Mark what cannot be read, and say what was expected."""
        box = self._box
        if not isinstance(box, FormulaLine) or self._field is None:
            return
        reading = READERS[self._field.notation](text)
        box.set_fault(*reading.fault, is_faulty=reading.is_faulty)
        says = reading.says if reading.is_faulty else self._try_out(text)
        box.setAccessibleDescription(says or reading.says)
        if not says:
            self._view.hide_bubble()
            return
        below = self._view.mapToScene(box.geometry().bottomLeft())
        self._view.show_bubble(says, below, is_lasting=True)

    def _try_out(self, text: str) -> str:
        """Mark the card that could not be computed with this text; a sentence with its name."""
        graph = self._view.canvas.document.graph
        if self._field is None or self._key not in graph:
            return ""
        fault = fault_of_value(graph, self._key, self._field.name, text.strip())
        self._mark(fault.node_id if fault is not None else "", str(fault or ""))
        return "" if fault is None else f"{graph.title_of(fault.node_id)}: {fault}"

    def _mark(self, key: str, sentence: str) -> None:
        for marked, text in ((self._marked, ""), (key, sentence)):
            item = self._view.canvas.nodes.get(marked)
            if item is not None:
                item.set_failure(text)
        self._marked = key

    def _keep_notation(self, box: FormulaLine, key: str) -> None:
        """A text that cannot be read changes nothing, but is not lost without a word."""
        self._view.hide_bubble()
        document, field = self._view.canvas.document, self._field
        if field is None or key not in document.graph:
            return
        text = box.text().strip()
        if text == str(getattr(document.graph.node(key).layer, field.name, text)):
            return
        reading = READERS[field.notation](text)
        if reading.is_faulty:
            shown = text if len(text) <= 80 else f"{text[:80]}…"
            said = f"“{shown}” was not taken over. {reading.says}"
            document.report(DesignError(said, node_id=key))
        else:
            document.attempt(editing.set_fields, key, {field.name: text})

    def edit_note(self, key: str) -> None:
        """Edit a note's text in its place."""
        item = self._view.canvas.notes.get(key)
        if item is None:
            return
        text = QPlainTextEdit(item.note.text, self._view)
        text.setObjectName("edit_note")
        text.setAccessibleName("Text of the note")
        text.setToolTip("Esc or Ctrl+Enter keeps the text; the first line is the heading")
        rect = item.rect()
        self._open(text, key, QRectF(*rect), theme.current().font("body"))
        text.selectAll()

    def _open(self, box: QWidget, key: str, place: QRectF, font: QFont) -> None:
        self.close(keeps=True)
        self._box, self._key = box, key
        sized = QFont(font)
        sized.setPixelSize(max(9, round(font.pixelSize() * min(max(self._view.zoom, 0.7), 2.0))))
        box.setFont(sized)
        frame = self._view.mapFromScene(place).boundingRect()
        least = box.minimumSizeHint()
        frame.setWidth(max(frame.width(), 140))
        frame.setHeight(max(frame.height(), least.height()))
        room = self._view.viewport().rect()
        frame.moveRight(min(frame.right(), room.right()))
        frame.moveBottom(min(frame.bottom(), room.bottom()))
        frame.moveTopLeft(QPoint(max(frame.left(), 0), max(frame.top(), 0)))
        box.setGeometry(frame)
        box.installEventFilter(self)
        box.show()
        box.setFocus(Qt.FocusReason.OtherFocusReason)

    def close(self, *, keeps: bool) -> None:
        """Close the box; `keeps`: take its text over as an edit."""
        box, key, self._box = self._box, self._key, None
        if box is None:
            return
        box.removeEventFilter(self)
        document, graph = self._view.canvas.document, self._view.canvas.document.graph
        if isinstance(box, FormulaLine):
            self._mark("", "")
            if keeps:
                self._keep_notation(box, key)
            self._view.hide_bubble()
        elif keeps and isinstance(box, QLineEdit) and key in graph:
            name = box.text().strip()
            node = graph.node(key)
            if name == node.layer.label():
                name = ""
            if name != node.name:
                document.attempt(editing.rename, key, name)
        elif keeps and isinstance(box, QPlainTextEdit) and key in graph.notes:
            text = box.toPlainText()[:20_000]
            if text != graph.notes[key].text:
                document.attempt(editing.set_note, key, text=text)
        had_focus = box.hasFocus()
        box.hide()
        box.deleteLater()
        if had_focus:
            self._view.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is not self._box:
            return False
        if event.type() == QEvent.Type.FocusOut:
            self.close(keeps=True)
        elif event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
        elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            has_control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            if event.key() == Qt.Key.Key_Escape:
                self.close(keeps=isinstance(watched, QPlainTextEdit))
                return True
            if is_enter and isinstance(watched, FormulaLine) and watched.fault() is not None:
                return True
            if is_enter and (isinstance(watched, QLineEdit) or has_control):
                self.close(keeps=True)
                return True
        return False


def notation_of(layer: Layer) -> Field | None:
    """The field of a layer that is typed on its card."""
    return next((field for field in fields_of(type(layer)) if field.notation), None)

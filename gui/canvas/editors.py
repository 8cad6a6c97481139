"""Typing on the canvas: a card's name, a note's text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt
from PySide6.QtGui import QFont, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from gui import theme
from gui.canvas import node_paint
from model import editing

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView


class InlineEditors(QObject):
    """One box at a time. Enter (in a note Ctrl+Enter) or a click elsewhere keeps the text. Esc
    gives a new name up, but keeps the text of a note: undo takes it back."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self._view = view
        self._box: QWidget | None = None
        self._key = ""

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
        if keeps and isinstance(box, QLineEdit) and key in graph:
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
            if is_enter and (isinstance(watched, QLineEdit) or has_control):
                self.close(keeps=True)
                return True
        return False

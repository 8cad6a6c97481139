"""A form made of declared fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from gui.inspector.field_widgets import widget_for
from gui.widgets import Field as FieldWidget
from model.fields import Field


class FieldForm(QWidget):
    """One row a field. `edited(name, value)` with every change, `finished()` when it is complete.

    The form keeps no values of its own: whoever hears `edited` pushes an edit, and shows the
    design's values again with `show_values`.
    """

    edited = Signal(str, object)
    finished = Signal()

    def __init__(
        self, fields: Sequence[Field], values: Mapping[str, object], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(16)
        self._widgets: dict[str, FieldWidget] = {}
        self._notes: dict[str, QLabel] = {}
        for field in fields:
            self._add(field, values[field.name])

    def _add(self, field: Field, value: object) -> None:
        widget = widget_for(field, value)
        note = QLabel()
        note.setProperty("role", "caption")
        note.setWordWrap(True)
        note.setTextFormat(Qt.TextFormat.PlainText)
        note.hide()
        row = QVBoxLayout()
        row.setSpacing(4)
        row.addWidget(widget)
        row.addWidget(note)
        self._rows.addLayout(row)
        self._widgets[field.name] = widget
        self._notes[field.name] = note
        widget.edited.connect(self._on_edited)
        widget.finished.connect(self.finished)

    def names(self) -> list[str]:
        """Names of the fields in their order."""
        return list(self._widgets)

    def widget(self, name: str) -> FieldWidget:
        """The widget of a field. Raises: KeyError."""
        return self._widgets[name]

    def show_values(self, values: Mapping[str, object]) -> None:
        """Show the design's values; emits nothing."""
        for name, widget in self._widgets.items():
            if widget.value() != values[name]:
                widget.set_value(values[name])
                widget.set_error("")

    def set_note(self, name: str, text: str) -> None:
        """A line of explanation below a field; "" takes it away."""
        if name in self._notes:
            self._notes[name].setText(text)
            self._notes[name].setVisible(bool(text))

    def set_reasons(self, reasons: Mapping[str, str]) -> None:
        """Disable the fields that have a reason and show it; enable the others."""
        for name, widget in self._widgets.items():
            reason = reasons.get(name, "")
            widget.set_disabled_reason(reason)
            self.set_note(name, reason)

    def set_error(self, name: str, sentence: str) -> None:
        """Say below a field why its value was refused."""
        if name in self._widgets:
            self._widgets[name].set_error(sentence)

    @Slot(object)
    def _on_edited(self, value: object) -> None:
        sender = self.sender()
        if isinstance(sender, FieldWidget):
            self.edited.emit(str(sender.property("field")), value)

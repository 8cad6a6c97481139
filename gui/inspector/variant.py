"""One of several kinds, such as the optimiser or the schedule: a choice, a formula, own fields."""

from __future__ import annotations

from typing import Any

import msgspec
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.inspector.form import FieldForm
from gui.inspector.pieces import FormulaCard, clear
from gui.widgets import Choice, ChoiceField
from model.fields import fields_of


class VariantEditor(QWidget):
    """`kind_edited(tag)`, `edited(name, value)` for a field of the kind, `finished()`."""

    kind_edited = Signal(object)
    edited = Signal(str, object)
    finished = Signal()

    def __init__(
        self, name: str, words: str, kinds: dict[str, Any], value: msgspec.Struct, tooltip: str
    ) -> None:
        super().__init__()
        self._kind: type[msgspec.Struct] | None = None
        choices = [Choice(tag, kind.title) for tag, kind in kinds.items()]
        self.choice = ChoiceField(words, choices, tag_of(value), tooltip=tooltip)
        self.choice.setObjectName(f"field_{name}")
        self.choice.edited.connect(self.kind_edited)
        self.form: FieldForm | None = None
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(16)
        rows.addWidget(self.choice)
        self._own = QVBoxLayout()
        self._own.setSpacing(16)
        rows.addLayout(self._own)

    def show_value(self, value: msgspec.Struct) -> None:
        """Show a kind with its fields; emits nothing."""
        self.choice.set_value(tag_of(value))
        if type(value) is not self._kind:
            self._build(value)
        if self.form is not None:
            self.form.show_values({name: getattr(value, name) for name in self.form.names()})

    def _build(self, value: msgspec.Struct) -> None:
        self._kind = type(value)
        clear(self._own)
        fields = fields_of(self._kind)
        self.form = FieldForm(fields, {field.name: getattr(value, field.name) for field in fields})
        self.form.edited.connect(self._on_edited)
        self.form.finished.connect(self.finished)
        formulas = getattr(self._kind, "formulas", None)
        if formulas is not None and formulas.forward:
            self._own.addWidget(FormulaCard(formulas.forward))
        self._own.addWidget(self.form)

    @Slot(str, object)
    def _on_edited(self, name: str, value: object) -> None:
        self.edited.emit(name, value)


def tag_of(value: msgspec.Struct) -> str:
    """The name of a kind in files."""
    return str(value.__struct_config__.tag)

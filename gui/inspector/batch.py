"""How many items a step sees: the whole set, a mini-batch, or a single item."""

from __future__ import annotations

from PySide6.QtCore import Slot

from gui.inspector.field_widgets import bounds_of, slider_of, tip_of
from gui.widgets import Field as FieldWidget
from gui.widgets import NumberField, Segmented
from gui.widgets.number_field import Bounds
from model.fields import Field


class BatchField(FieldWidget):
    """`value()` is the batch size as the settings keep it: 0 stands for the whole set."""

    def __init__(self, field: Field) -> None:
        super().__init__("How many items a step sees", "", tip_of(field))
        self.setObjectName("field_batch_size")
        self._value = int(field.default)
        self._mini = max(2, int(field.default))
        words = [("whole", "whole"), ("mini", "mini-batch"), ("single", "single")]
        self.mode = Segmented(words, "mini", "Items in a step")
        self.mode.setObjectName("batch_mode")
        tips = (
            "The whole training part at once: standard gradient descent",
            "A part of the set in each step",
            "A single item in each step",
        )
        for button, tip in zip(self.mode.buttons(), tips, strict=True):
            button.setToolTip(tip)
        low, high, is_log = slider_of(field) or (1, 1024, True)
        limits = bounds_of(field)
        self.size = NumberField(
            "Items in a mini-batch",
            self._mini,
            max(2, low),
            high,
            symbol=field.symbol,
            is_integer=True,
            is_log=is_log,
            bounds=Bounds(2, limits.maximum),
            tooltip=tip_of(field),
        )
        self.size.setObjectName("batch_size")
        self._add_header()
        self._rows.setSpacing(12)
        self._rows.addWidget(self.mode)
        self._rows.addWidget(self.size)
        self._add_error_row()
        self.mode.changed.connect(self._on_mode)
        self.size.edited.connect(self._on_size)
        self.size.finished.connect(self.finished)
        self.set_value(self._value)

    def value(self) -> int:
        """Items in a batch; 0 = the whole training part."""
        return self._value

    def set_value(self, value: object) -> None:
        """Show a batch size; emits nothing."""
        if not isinstance(value, int):
            raise TypeError(f"A batch size is a whole number, not {value!r}")
        self._value = value
        self.mode.set_value({0: "whole", 1: "single"}.get(value, "mini"))
        if value > 1:
            self._mini = value
            self.size.set_value(value)
        self._enable()

    def _enable(self) -> None:
        reason = "" if self._value > 1 else "Choose mini-batch to set its size."
        self.size.set_disabled_reason(reason)

    @Slot(object)
    def _on_mode(self, mode: object) -> None:
        self._value = {"whole": 0, "single": 1}.get(str(mode), self._mini)
        self._enable()
        self.edited.emit(self._value)
        self.finished.emit()

    @Slot(object)
    def _on_size(self, value: object) -> None:
        self._value = int(value) if isinstance(value, (int, float)) else self._value
        self.edited.emit(self._value)

"""Fields of a form for what is typed in a notation: a formula, or the value of a variable."""

from __future__ import annotations

import math

from PySide6.QtCore import QSignalBlocker, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.widgets import Field as FieldWidget
from gui.widgets.formula_edit import FormulaEdit
from gui.widgets.number_field import ScaleSlider, Ticks
from gui.widgets.number_scale import NumberScale
from gui.widgets.readings import READERS
from model.errors import DesignError
from model.expressions.writing import number_text
from model.fields import Field
from model.layers.scalar import numbers

_LEAST_RANGE = 10.0


class FormulaField(FieldWidget):
    """A text in a notation. `edited` and `finished` come on Enter, or when the focus leaves; what
    cannot be read stays in the line and changes nothing."""

    def __init__(self, field: Field, value: str, tooltip: str = "") -> None:
        super().__init__(field.description, field.symbol, tooltip)
        name = f"{field.name}_line"
        self.edit = FormulaEdit(READERS[field.notation], value, name=name, words=field.description)
        self.edit.line.setToolTip(tooltip)
        self._add_header(buddy=self.edit.line)
        self._rows.addWidget(self.edit)
        self._add_error_row()
        self._value = value
        self.edit.committed.connect(self._on_committed)

    def value(self) -> str:
        """The last text that could be read."""
        return self._value

    def set_value(self, value: object) -> None:
        """Show a text; emits nothing."""
        self._value = str(value)
        self.edit.set_text(self._value)

    def draft(self) -> str | None:
        """What has been typed and cannot be read; None where there is no such text."""
        return self.edit.text() if self.edit.is_open() else None

    def set_draft(self, text: str) -> None:
        """Show a text again that had been typed before and could not be read."""
        self.edit.set_text(text, is_kept=False)

    @Slot(str)
    def _on_committed(self, text: str) -> None:
        self._value = text
        self.edited.emit(text)
        self.finished.emit()


class ValueField(FormulaField):
    """The value of a variable; a single number has a slider, which changes it live."""

    def __init__(self, field: Field, value: str, tooltip: str = "") -> None:
        super().__init__(field, value, tooltip)
        self._scale = NumberScale(-_LEAST_RANGE, _LEAST_RANGE)
        self._holder = QWidget()
        self._holder.setObjectName("value_slider_row")
        QVBoxLayout(self._holder).setContentsMargins(0, 4, 0, 0)
        self._slider: ScaleSlider | None = None
        self._rows.insertWidget(self._rows.count() - 1, self._holder)
        self._show_slider()

    def set_value(self, value: object) -> None:
        """Show a text; emits nothing."""
        super().set_value(value)
        self._show_slider()

    @Slot(str)
    def _on_committed(self, text: str) -> None:
        super()._on_committed(text)
        self._show_slider()

    def _number(self) -> float | None:
        """The value, where it is a single number."""
        try:
            shape, values = numbers(self._value)
        except DesignError:
            return None
        return values[0] if shape == () else None

    def _show_slider(self) -> None:
        """A slider whose range holds the number; the range stays while it is being dragged."""
        number = self._number()
        self._holder.setVisible(number is not None)
        if number is None:
            return
        is_dragged = self._slider is not None and self._slider.isSliderDown()
        reach = range_for(number)
        if self._slider is None or (self._scale.maximum != reach and not is_dragged):
            self._scale = NumberScale(-reach, reach)
            self._build_slider()
        if self._slider is not None and not is_dragged:
            with QSignalBlocker(self._slider):
                self._slider.setValue(self._scale.position_of(number))

    def _build_slider(self) -> None:
        layout = self._holder.layout()
        while layout.count():
            old = layout.takeAt(0).widget()
            old.hide()
            old.deleteLater()
        slider = ScaleSlider(self._scale)
        slider.setObjectName("value_slider")
        slider.setAccessibleName(f"{self.description()}, slider")
        slider.setToolTip("Drag: the whole graph follows")
        slider.valueChanged.connect(self._on_slid)
        slider.sliderReleased.connect(self._on_released)
        layout.setSpacing(0)
        layout.addWidget(slider)
        layout.addWidget(Ticks(self._scale))
        self._slider = slider

    @Slot(int)
    def _on_slid(self, position: int) -> None:
        text = number_text(self._scale.value_at(position))
        if text == self._value:
            return
        self._value = text
        self.edit.set_text(text)
        self.edited.emit(text)
        if self._slider is not None and not self._slider.isSliderDown():
            self.finished.emit()

    @Slot()
    def _on_released(self) -> None:
        self.finished.emit()


def range_for(number: float) -> float:
    """10, or the next 1, 2 or 5 times a power of ten that holds the number."""
    size = abs(number)
    if size <= _LEAST_RANGE:
        return _LEAST_RANGE
    power = 10.0 ** math.floor(math.log10(size))
    return next(step * power for step in (1.0, 2.0, 5.0, 10.0) if step * power >= size)

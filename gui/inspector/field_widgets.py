"""From the declaration of a field to the widget that edits it."""

from __future__ import annotations

import re

from PySide6.QtCore import QSignalBlocker, Slot
from PySide6.QtWidgets import QLineEdit

from gui import theme
from gui.inspector.formula_field import FormulaField, ValueField
from gui.inspector.node_choice import NodeField
from gui.widgets import Choice, ChoiceField, NumberField, Segmented, TextField, ToggleField
from gui.widgets import Field as FieldWidget
from gui.widgets.number_field import Bounds
from gui.widgets.number_scale import NumberScale, parse_number
from model.fields import Field

_WIDE = 1000  # a range this many times the default is too wide for an even slider
_LARGE = 1024
_ZERO = re.compile(r"\(0: (\w{1,8})\)")


class EntryField(FieldWidget):
    """A line that holds a number, or a list of whole numbers, and complains below itself.

    Nothing is emitted while typing; `edited` and `finished` come on Enter or when focus leaves.
    """

    def __init__(self, field: Field, value: object, tooltip: str = "") -> None:
        super().__init__(field.description, field.symbol, tooltip)
        self._field = field
        self._value = value
        self._line = QLineEdit()
        self._line.setAcceptDrops(False)  # a dropped file is for the window
        self._line.setAccessibleName(field.description)
        self._line.setProperty("mono", True)
        self._add_header(buddy=self._line)
        self._rows.addWidget(self._line)
        self._add_error_row()
        self.set_value(value)
        self._line.editingFinished.connect(self._on_finished)

    def value(self) -> object:
        """The last good value."""
        return self._value

    def set_value(self, value: object) -> None:
        """Show a value; emits nothing."""
        self._value = value
        with QSignalBlocker(self._line):
            self._line.setText(_text_of(self._field, value))
        self.set_error("")

    def set_error(self, sentence: str) -> None:
        """Say below the field what is wrong, and frame the line."""
        super().set_error(sentence)
        if bool(self._line.property("invalid")) != bool(sentence):
            self._line.setProperty("invalid", bool(sentence))
            theme.repolish(self._line)

    @Slot()
    def _on_finished(self) -> None:
        try:
            value = _parsed(self._field, self._line.text())
        except ValueError as fault:
            self.set_error(str(fault))
            return
        self.set_error("")
        if value != self._value:
            self._value = value
            self.edited.emit(value)
            self.finished.emit()


def _text_of(field: Field, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ", ".join(str(number) for number in value)
    if isinstance(value, (int, float)):
        return _scale_of(field).text_of(value)
    return str(value)


def _scale_of(field: Field) -> NumberScale:
    return NumberScale(0, 1, is_integer=field.kind == "int", is_log=False)


def _parsed(field: Field, text: str) -> object:
    """The value in `text`. Raises: ValueError with the sentence to show."""
    if field.is_optional and not text.strip():
        return None
    if field.kind == "ints":
        return _whole_numbers(text)
    if field.kind == "floats":
        return _numbers(text)
    number = parse_number(text)
    if number is None:
        raise ValueError(f"“{text}” is no number.")
    bounds = bounds_of(field)
    if not bounds.holds(number):
        raise ValueError(f"The value must be {bounds.sentence(_scale_of(field))}.")
    if field.kind == "int":
        if number != int(number):
            raise ValueError("Only whole numbers are possible here.")
        return int(number)
    return number


def _whole_numbers(text: str) -> tuple[int, ...]:
    words = text.replace(",", " ").replace("×", " ").replace("−", "-").split()
    try:
        return tuple(int(word) for word in words)
    except ValueError:
        raise ValueError("Write whole numbers with commas between them, such as 8, 8.") from None


def _numbers(text: str) -> tuple[float, ...]:
    found = [parse_number(word) for word in text.replace(",", " ").split()]
    if None in found:
        raise ValueError("Write numbers with commas between them, such as 1, 0.5, 2.")
    return tuple(float(number) for number in found if number is not None)


class SegmentedField(FieldWidget):
    """One of two or three words beside each other."""

    def __init__(self, field: Field, value: object, tooltip: str = "") -> None:
        super().__init__(field.description, field.symbol, tooltip)
        labels = [(choice, field.captions.get(choice, choice)) for choice in field.choices]
        self._segments = Segmented(labels, value, field.description)
        self._add_header()
        self._rows.addWidget(self._segments)
        self._add_error_row()
        self._segments.changed.connect(self._on_changed)

    def value(self) -> object:
        """The word that is on."""
        return self._segments.value()

    def set_value(self, value: object) -> None:
        """Switch to a word; emits nothing."""
        self._segments.set_value(value)

    @Slot(object)
    def _on_changed(self, value: object) -> None:
        self.edited.emit(value)
        self.finished.emit()


def bounds_of(field: Field) -> Bounds:
    """What the field allows."""
    return Bounds(field.low, field.high, field.is_low_open, field.is_high_open)


def slider_of(field: Field) -> tuple[float, float, bool] | None:
    """Least, greatest and whether logarithmic, for the slider; `None` = no slider is of use."""
    if field.slider is not None:
        return (*field.slider, field.is_log)
    if field.low is None or field.high is None or field.name == "seed":
        return None
    default = float(field.default) if isinstance(field.default, (int, float)) else 0.0
    if field.kind == "int" and field.high - field.low > _WIDE:
        top = _LARGE if default <= _LARGE / 10 else 10 * _LARGE - 240
        return max(1.0, field.low), min(float(field.high), top), True
    if field.low == 0 and 0 < default * _WIDE <= field.high:
        low, high = (float(f"{end:.2g}") for end in (default / _WIDE, default * _WIDE))
        return low, min(field.high, high), True
    if default > 0 and field.high > _WIDE * default:
        return field.low, 10 * default, False
    return field.low, field.high, False


def widget_for(field: Field, value: object) -> FieldWidget:
    """The widget that edits a field, named `field_<name>`."""
    found = _built(field, value, tip_of(field))
    found.setObjectName(f"field_{field.name}")
    found.setProperty("field", field.name)
    return found


def _built(field: Field, value: object, tip: str) -> FieldWidget:
    words = field.description or field.title
    if field.kind == "bool":
        return ToggleField(words, bool(value), symbol=field.symbol, tooltip=tip)
    if field.kind == "choice":
        return _choice(field, value, tip)
    if field.kind == "node":
        named = [Choice(choice, field.captions[choice]) for choice in field.choices]
        return NodeField(words, named, value, symbol=field.symbol, tooltip=tip)
    if field.notation == "formula":
        return FormulaField(field, str(value), tip)
    if field.notation == "numbers":
        return ValueField(field, str(value), tip)
    if field.kind == "text":
        return TextField(words, str(value), symbol=field.symbol, tooltip=tip)
    has_no_slider = field.is_optional or field.kind in ("ints", "floats")
    slider = None if has_no_slider else slider_of(field)
    if slider is None or not isinstance(value, (int, float)):
        return EntryField(field, value, tip)
    low, high, is_log = slider
    zero = zero_word(field)
    return NumberField(
        words.replace(f" (0: {zero})", "") if zero else words,
        value,
        low,
        high,
        symbol=field.symbol,
        is_integer=field.kind == "int",
        is_log=is_log,
        bounds=bounds_of(field),
        zero_word=zero,
        tooltip=tip,
    )


def zero_word(field: Field) -> str:
    """The word for 0 that stands in a description as `(0: never)`; "" where it is a long one."""
    found = _ZERO.search(field.description)
    return found[1] if found is not None else ""


def _choice(field: Field, value: object, tip: str) -> FieldWidget:
    cards = [_card(choice, field.captions.get(choice, "")) for choice in field.choices]
    if len(cards) <= 3 and all(card.formula for card in cards):
        return ChoiceField(field.description, cards, value, symbol=field.symbol, tooltip=tip)
    if len(field.choices) <= 3 and not field.captions:
        return SegmentedField(field, value, tip)
    named = [
        Choice(choice, field.captions.get(choice, choice.replace("_", " ")))
        for choice in field.choices
    ]
    return ChoiceField(field.description, named, value, symbol=field.symbol, tooltip=tip)


def _card(choice: str, caption: str) -> Choice:
    """`at test time, × (1 − p)` becomes the words and the formula behind the last comma."""
    words, _, rest = caption.rpartition(", ")
    if not rest.startswith(("×", "÷")):
        return Choice(choice, caption or choice)
    formula = rest.replace("×", r"\times").replace("÷", r"\div").replace("−", "-")
    return Choice(choice, words, caption, formula)


def tip_of(field: Field) -> str:
    """What a field means, its bounds and its default, as a tooltip."""
    parts = [field.description or field.title]
    if field.kind in ("int", "float"):
        sentence = bounds_of(field).sentence(_scale_of(field))
        if sentence:
            parts.append(f"Allowed: {sentence}.")
    shown = _text_of(field, field.default)
    if field.kind == "bool":
        shown = "on" if field.default else "off"
    elif field.kind == "choice":
        shown = field.captions.get(str(field.default), str(field.default).replace("_", " "))
    parts.append(f"Default: {shown or 'empty'}.")
    return "\n".join(parts)

"""A number with a slider for the usual range and a field for the exact value."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSignalBlocker, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QValidator,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QHBoxLayout,
    QSizePolicy,
    QSlider,
    QStyle,
    QStyleOptionSlider,
    QVBoxLayout,
    QWidget,
)

from gui import theme
from gui.theme import Theme
from gui.widgets.field import Field
from gui.widgets.number_scale import NumberScale, next_round
from model.symbols import in_text

_SETTLE_MS = 500  # a pause of this length after key, wheel or arrow button ends a change


@dataclass(frozen=True)
class Bounds:
    """What a value may be at all; `None` = no bound. Open ends do not belong to the range."""

    minimum: float | None = None
    maximum: float | None = None
    is_minimum_open: bool = False
    is_maximum_open: bool = False

    def holds(self, value: float) -> bool:
        """Whether a value lies within."""
        low, high = self.minimum, self.maximum
        above = low is None or value > low or (value == low and not self.is_minimum_open)
        below = high is None or value < high or (value == high and not self.is_maximum_open)
        return above and below

    def sentence(self, scale: NumberScale) -> str:
        """The rule in words, such as `at least 0 and less than 1`."""
        parts = []
        if self.minimum is not None:
            words = "more than" if self.is_minimum_open else "at least"
            parts.append(f"{words} {scale.short_text_of(self.minimum)}")
        if self.maximum is not None:
            words = "less than" if self.is_maximum_open else "at most"
            parts.append(f"{words} {scale.short_text_of(self.maximum)}")
        return " and ".join(parts)


class NumberField(Field):
    """Slider and field for one number.

    The slider covers `minimum` to `maximum`; what is typed may go beyond, within `bounds` (by
    default the slider's range). A drag emits `edited` on the way and `finished` once, at release.
    Where a logarithmic slider's bounds hold 0, that is its left end. zero_word: what 0 is called
    where it has a meaning of its own, such as "never"; it may be typed, too.
    """

    def __init__(
        self,
        description: str,
        value: float,
        minimum: float,
        maximum: float,
        *,
        symbol: str = "",
        is_integer: bool = False,
        is_log: bool = False,
        bounds: Bounds | None = None,
        zero_word: str = "",
        tooltip: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(description, symbol, tooltip, parent)
        letter = in_text(symbol)
        self._name = letter if letter.isalnum() else description
        self._bounds = bounds or Bounds(minimum, maximum)
        has_zero = is_log and self._bounds.holds(0)
        self._scale = NumberScale(minimum, maximum, is_integer, is_log, has_zero, zero_word)
        self._value = value
        self._is_open = False  # a change has begun and is not finished
        self._slider = ScaleSlider(self._scale)
        self._spin = _Spin(self._scale)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._build()
        self._connect()
        self._show_value()

    def _build(self) -> None:
        name = self._description
        self._slider.setAccessibleName(f"{name}, slider")
        self._spin.setAccessibleName(name)
        self._add_header(buddy=self._spin)
        left = QVBoxLayout()
        left.setSpacing(0)
        left.addWidget(self._slider)
        left.addWidget(Ticks(self._scale))
        row = QHBoxLayout()
        row.setSpacing(14)
        row.addLayout(left, 1)
        row.addWidget(self._spin, 0, Qt.AlignmentFlag.AlignTop)
        self._rows.addLayout(row)
        self._add_error_row()

    def _connect(self) -> None:
        self._slider.valueChanged.connect(self._on_slider_moved)
        self._slider.sliderReleased.connect(self._finish)
        self._spin.stepped.connect(self._on_stepped)
        self._spin.editingFinished.connect(self._on_typed)
        self._spin.abandoned.connect(self._show_value)
        self._settle.timeout.connect(self._finish)

    def value(self) -> float:
        """The present value; an `int` where only whole numbers are allowed."""
        return int(self._value) if self._scale.is_integer else self._value

    def set_value(self, value: object) -> None:
        """Show a value; emits nothing.

        Raises:
            TypeError: `value` is no number.
        """
        if not isinstance(value, (int, float)):
            raise TypeError(f"{self._description} takes a number, not {value!r}")
        self._value = value
        self._show_value()

    def full_text(self) -> str:
        """The value with its symbol and every digit: `p = 0.1234567`."""
        return f"{self._name} = {self.value()!r}"

    def set_disabled_reason(self, reason: str) -> None:
        """As every field; the value can still be read in full."""
        super().set_disabled_reason(reason)
        self._tell()

    def _tell(self) -> None:
        tip = f"{self.full_text()}\n{self.toolTip()}".strip()
        for part in (self._slider, self._spin):
            part.setToolTip(tip)

    @Slot()
    def _show_value(self) -> None:
        with QSignalBlocker(self._slider), QSignalBlocker(self._spin):
            self._slider.setValue(self._scale.position_of(self._value))
            self._spin.show_text(self._scale.text_of(self._value))
        self._tell()
        self._complain("")

    @Slot(int)
    def _on_slider_moved(self, position: int) -> None:
        value = self._scale.value_at(position)
        if not self._bounds.holds(value):  # an end that does not belong to the range
            inner = position - 1 if position == self._scale.positions else position + 1
            value = self._scale.value_at(inner)
        self._take(value)
        if not self._slider.isSliderDown():
            self._settle.start()

    @Slot(int)
    def _on_stepped(self, steps: int) -> None:
        value = next_round(self._value, steps, self._scale)
        low, high = self._bounds.minimum, self._bounds.maximum
        if low is not None and value < low and not self._bounds.is_minimum_open:
            value = low
        if high is not None and value > high and not self._bounds.is_maximum_open:
            value = high
        if self._bounds.holds(value):
            self._take(value)
            self._settle.start()

    @Slot()
    def _on_typed(self) -> None:
        text = self._spin.text()
        if text == self._scale.text_of(self._value):
            self._complain("")
            self._finish()
            return
        number = self._scale.parse(text)
        if number is None:
            self._complain(f"“{text}” is no number.")
        elif self._scale.is_integer and number != int(number):
            self._complain("Only whole numbers are possible here.")
        elif not self._bounds.holds(number):
            self._complain(f"The value must be {self._bounds.sentence(self._scale)}.")
        else:
            self._take(number)
            self._finish()

    def _take(self, value: float) -> None:
        is_new = value != self._value
        self._value = value
        self._show_value()
        if is_new:
            self._is_open = True
            self.edited.emit(self.value())

    @Slot()
    def _finish(self) -> None:
        self._settle.stop()
        if self._is_open and not self._slider.isSliderDown():
            self._is_open = False
            self.finished.emit()

    def _complain(self, sentence: str) -> None:
        self.set_error(sentence)
        self._spin.setAccessibleDescription(sentence)
        if bool(self._spin.property("invalid")) != bool(sentence):
            self._spin.setProperty("invalid", bool(sentence))
            theme.repolish(self._spin)


class ScaleSlider(QSlider):
    """A slider that jumps to the pointer and leaves the wheel to the panel until it has focus."""

    def __init__(self, scale: NumberScale) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setRange(0, scale.positions)
        self.setPageStep(max(1, scale.positions // 10))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        style = self.style()
        control, part = QStyle.ComplexControl.CC_Slider, QStyle.SubControl
        knob = style.subControlRect(control, option, part.SC_SliderHandle, self)
        is_left = event.button() == Qt.MouseButton.LeftButton
        if is_left and not knob.contains(event.position().toPoint()):
            room = self.width() - knob.width()
            x = round(event.position().x() - knob.width() / 2)
            self.setSliderDown(True)
            self.setSliderPosition(
                QStyle.sliderValueFromPosition(self.minimum(), self.maximum(), x, room)
            )
        super().mousePressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


_WIDTH, _MOST_WIDTH, _AROUND = 84, 132, 40
"""Of a field, and of margins and buttons around its number; px at a desk."""


class _Spin(QAbstractSpinBox):
    """The field: accepts any text, steps on arrows, lets Escape restore the value."""

    stepped = Signal(int)
    abandoned = Signal()

    def __init__(self, scale: NumberScale) -> None:
        super().__init__()
        self._scale = scale
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccelerated(True)
        self.lineEdit().setAcceptDrops(False)  # a dropped file is for the window
        self.lineEdit().setTextMargins(8, 0, 0, 0)
        self._set_width(theme.current())
        theme.notifier().changed.connect(self._set_width)

    @Slot(object)
    def _set_width(self, look: Theme) -> None:
        """All alike, but for numbers that would be cut."""
        needed = self.lineEdit().fontMetrics().horizontalAdvance(self.lineEdit().text())
        wide = needed + _AROUND * look.scale
        self.setFixedWidth(round(min(max(_WIDTH * look.scale, wide), _MOST_WIDTH * look.scale)))

    def show_text(self, text: str) -> None:
        if text != self.lineEdit().text():
            self.lineEdit().setText(text)
            self.lineEdit().setCursorPosition(0)
            self._set_width(theme.current())

    def stepBy(self, steps: int) -> None:
        self.stepped.emit(steps)

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        flag = QAbstractSpinBox.StepEnabledFlag
        return flag.StepUpEnabled | flag.StepDownEnabled

    def validate(self, text: str, position: int) -> object:
        return QValidator.State.Acceptable, text, position  # judged when typing is over

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.abandoned.emit()
            self.selectAll()
            return
        super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.selectAll()


class Ticks(QWidget):
    """Least, middle and greatest number below the slider."""

    def __init__(self, scale: NumberScale) -> None:
        super().__init__()
        numbers = (scale.least, scale.middle(), scale.maximum)
        self._texts = [scale.short_text_of(number) for number in numbers]
        if scale.least == 0 and scale.zero_word:
            self._texts[0] = scale.zero_word
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._set_height(theme.current())
        theme.notifier().changed.connect(self._set_height)

    @Slot(object)
    def _set_height(self, look: Theme) -> None:
        self.setFixedHeight(round(look.px("chip") * 1.5))

    def paintEvent(self, _event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        painter.setFont(look.font("chip"))
        painter.setPen(look.color("text3"))
        align = Qt.AlignmentFlag
        sides = (align.AlignLeft, align.AlignHCenter, align.AlignRight)
        for text, side in zip(self._texts, sides, strict=True):
            painter.drawText(QRectF(self.rect()), int(side | align.AlignVCenter), text)
        painter.end()

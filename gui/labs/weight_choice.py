"""One weight of the network: its layer, its parameter, and its place there."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from gui import theme
from gui.theme import Theme
from model.analysis.network_surface import Place
from model.analysis.rehearsal import Rehearsal
from model.layer import Shape


class WeightChoice(QWidget):
    """`edited` when a person has chosen another one. Places are counted from 1."""

    edited = Signal()

    def __init__(self, words: str, name: str) -> None:
        super().__init__()
        self._shapes: dict[tuple[str, str], Shape] = {}
        self.parameter = QComboBox()
        self.parameter.setObjectName(f"{name}_parameter")
        self.parameter.setAccessibleName(f"{words}: layer and parameter")
        self.parameter.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.parameter.setMinimumContentsLength(6)
        self.index = QLineEdit()
        self.index.setObjectName(f"{name}_index")
        self.index.setAccessibleName(f"{words}: place, from 1")
        self.index.setProperty("mono", True)
        label = QLabel(words[:1].upper() + words[1:])
        label.setBuddy(self.parameter)
        self._error = QLabel()
        self._error.setProperty("role", "error")
        self._error.setWordWrap(True)
        self._error.hide()
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(label, 1)
        row.addWidget(self.index)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addLayout(row)
        column.addWidget(self.parameter)
        column.addWidget(self._error)
        self._value: Place | None = None
        self.parameter.activated.connect(self._on_parameter)
        self.parameter.currentTextChanged.connect(self.parameter.setToolTip)
        theme.notifier().changed.connect(self._on_theme)
        self._on_theme(theme.current())
        self.index.editingFinished.connect(self._on_index)

    @Slot(object)
    def _on_theme(self, look: Theme) -> None:
        self.index.setFixedWidth(round(72 * look.scale))

    def show_step(self, step: Rehearsal) -> None:
        """All weights that learn in this copy of a training."""
        plan = step.plan
        shapes = {
            place: plan.by_id[place[0]].parameters[place[1]].shape
            for place, where in plan.slices.items()
            if where.start < plan.n_learning
        }
        self.set_weights(shapes, {key: step.graph.title_of(key) for key, _name in shapes})

    def set_weights(
        self, shapes: Mapping[tuple[str, str], Shape], titles: Mapping[str, str]
    ) -> None:
        """What there is to choose from: shapes by (node id, parameter); titles by node id. What is
        chosen stays where it is still there."""
        if dict(shapes) == self._shapes:
            return
        self._shapes = dict(shapes)
        with QSignalBlocker(self.parameter):
            self.parameter.clear()
            for key, name in self._shapes:
                self.parameter.addItem(f"{name}, {titles.get(key, key)}")
        if self._value is not None and self._is_there(self._value):
            self.set_value(self._value)
        else:
            self._value = None
            self._show()

    def value(self) -> Place | None:
        """The weight; None where none has been chosen yet."""
        return self._value

    def set_value(self, place: Place | None) -> None:
        """Show another one; emits nothing."""
        self._value = place
        self._show()

    def _is_there(self, place: Place) -> bool:
        shape = self._shapes.get(place[:2])
        if shape is None or len(shape) != len(place[2]):
            return False
        return all(0 <= k < size for k, size in zip(place[2], shape, strict=True))

    def _chosen(self) -> tuple[str, str] | None:
        """Node id and parameter that are shown."""
        row = self.parameter.currentIndex()
        return list(self._shapes)[row] if 0 <= row < len(self._shapes) else None

    def _show(self) -> None:
        self._complain("")
        if self._value is None:
            return
        with QSignalBlocker(self.parameter), QSignalBlocker(self.index):
            self.parameter.setCurrentIndex(list(self._shapes).index(self._value[:2]))
            self.index.setText(", ".join(str(k + 1) for k in self._value[2]))
        self._tell_range()

    def _tell_range(self) -> None:
        key = self._chosen()
        if key is None:
            return
        shape = self._shapes[key]
        sizes = " and ".join(f"1 to {size}" for size in shape)
        self.index.setToolTip(f"Place: {sizes}" if shape else "It is a single number")
        self.index.setEnabled(bool(shape))

    @Slot(int)
    def _on_parameter(self, _row: int) -> None:
        key = self._chosen()
        if key is None:
            return
        self._value = (*key, (0,) * len(self._shapes[key]))
        self._show()
        self.edited.emit()

    @Slot()
    def _on_index(self) -> None:
        key = self._chosen()
        if key is None:
            return
        shape = self._shapes[key]
        words = self.index.text().replace(",", " ").split()
        try:
            index = tuple(int(word) - 1 for word in words)
        except ValueError:
            self._complain("Write whole numbers with a comma between them, such as 2, 5.")
            return
        place: Place = (*key, index)
        if not self._is_there(place):
            sizes = " × ".join(map(str, shape))
            self._complain(f"{key[1]} is {sizes}: there is no such place.")
            return
        self._complain("")
        if place != self._value:
            self._value = place
            self.edited.emit()

    def _complain(self, sentence: str) -> None:
        self._error.setText(sentence)
        self._error.setVisible(bool(sentence))
        if bool(self.index.property("invalid")) != bool(sentence):
            self.index.setProperty("invalid", bool(sentence))
            theme.repolish(self.index)

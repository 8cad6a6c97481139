"""The parameters of a node as a table: read as trained, typed or pasted as first values."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication, QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gui import theme
from gui.document import Document
from gui.inspector.filters import filters_picture
from gui.inspector.pieces import caption, section
from gui.inspector.weight_model import WeightModel, parsed, text_of
from gui.inspector.weight_table import WeightTable
from gui.theme import Theme
from model import editing
from model.layer import Array
from model.layers.scalar import Variable
from model.snapshot import Snapshot
from model.teaching.replacing import typed as typed_text

MOST_TYPED = 4000
"""Numbers of a parameter that can be typed; larger tables can be read."""


class WeightsBlock(QWidget):
    """Which parameter, its numbers, and buttons to copy, paste and forget typed ones."""

    def __init__(self, document: Document, controller: Any) -> None:
        super().__init__()
        self._document, self._controller = document, controller
        self._node_id = ""
        self._latest: dict[str, Array] = {}
        self._step = 0
        self.model = WeightModel()
        self.model.edited.connect(self._on_edited)
        self.model.refused.connect(self._say)
        self.names = QComboBox()
        self.names.setObjectName("weights_parameter")
        self.names.setAccessibleName("Which parameter is shown")
        self.names.setToolTip("Which parameter is shown")
        self.names.currentIndexChanged.connect(self._on_chosen)
        self.table = WeightTable(self.model)
        self.filters = QLabel()
        self.filters.setObjectName("weights_filters")
        self._note, self._fault = caption(), caption()
        self._fault.setProperty("role", "error")
        self._build()
        theme.notifier().changed.connect(self._on_theme_changed)

    def _build(self) -> None:
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(8)
        head = QHBoxLayout()
        head.addWidget(section("Numbers"), 1)
        head.addWidget(self.names)
        rows.addLayout(head)
        rows.addWidget(self.filters)
        rows.addWidget(self.table)
        self.copy_button = self._button("Copy", "weights_copy", self._on_copy)
        self.paste_button = self._button("Paste", "weights_paste", self._on_paste)
        self.keep_button = self._button("Keep as first values", "weights_keep", self._on_keep)
        self.forget_button = self._button("Forget typed values", "weights_forget", self._on_forget)
        clipboard = QHBoxLayout()
        clipboard.addWidget(self.copy_button)
        clipboard.addWidget(self.paste_button)
        rows.addLayout(clipboard)
        rows.addWidget(self.keep_button)
        rows.addWidget(self.forget_button)
        rows.addWidget(self._note)
        rows.addWidget(self._fault)
        self._fault.hide()
        for keys, slot in (
            (QKeySequence.StandardKey.Copy, self._on_copy),
            (QKeySequence.StandardKey.Paste, self._on_paste),
        ):
            shortcut = QShortcut(QKeySequence(keys), self.table)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(slot)

    def _button(self, text: str, name: str, slot: Any) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(name)
        button.clicked.connect(slot)
        return button

    # what is shown

    def show_node(self, node_id: str) -> None:
        """Show the parameters of a node; hidden where it has none."""
        parameters = self._document.inference.parameters.get(node_id, {})
        self.setVisible(bool(parameters))
        if node_id != self._node_id:
            self._node_id, self._latest = node_id, {}
            self._say("")
        if self.isVisible():
            self._ask()
        names = list(parameters)
        if [self.names.itemText(i) for i in range(self.names.count())] != names:
            self.names.blockSignals(True)
            self.names.clear()
            self.names.addItems(names)
            self.names.blockSignals(False)
        self._refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Ask the training for the numbers."""
        super().showEvent(event)
        self._controller.want("parameters", self, True)
        self._ask()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks."""
        super().hideEvent(event)
        self._controller.want("parameters", self, False)

    def _ask(self) -> None:
        self._controller.ask(parameters_of=self._node_id)

    def show_snapshot(self, snapshot: Snapshot | None) -> None:
        """Take over the numbers, unless one is being typed."""
        found = snapshot.parameters if snapshot is not None else None
        wanted = self._document.inference.parameters.get(self._node_id, {})
        if found is None or snapshot is None or self.table.is_typing or set(found) != set(wanted):
            return
        self._latest, self._step = found, snapshot.step
        self._refresh()

    @property
    def _name(self) -> str:
        return self.names.currentText()

    def _typed(self) -> dict[str, list[Any]]:
        graph = self._document.graph
        return graph.node(self._node_id).weights if self._node_id in graph else {}

    def _refresh(self) -> None:
        parameter = self._document.inference.parameters.get(self._node_id, {}).get(self._name)
        if parameter is None:
            return
        values, is_typed = self._latest.get(self._name), self._name in self._typed()
        if values is None and is_typed:
            values = np.array(self._typed()[self._name], dtype=np.float64)
        if values is not None and values.shape == parameter.shape:
            self.model.show_array(values)
        has_values = values is not None and values.shape == parameter.shape
        why = _why_not(int(np.prod(parameter.shape)), parameter.tied_to)
        self.model.is_editable = has_values and not why
        self.table.setVisible(has_values)
        self._show_filters(values if has_values else None)
        self._set(self.copy_button, has_values, "Copy all numbers as a table", "No numbers yet")
        said = "Paste a table of numbers as first values; training begins with them"
        self._set(self.paste_button, not why, said, why)
        said = "Keep these numbers as first values, as if they had been typed"
        self._set(self.keep_button, has_values and not why, said, why or "No numbers yet")
        said = "Forget the typed numbers; the first values are drawn again"
        self._set(self.forget_button, is_typed, said, "No numbers have been typed here")
        shape = " × ".join(map(str, parameter.shape))
        is_given = is_typed or bool(parameter.values)
        origin = "first values are typed" if is_given else f"first values: {parameter.initializer}"
        shown = f"{_axes(parameter.shape)} Shown after step {self._step:,}."
        typing = why or ("Type into a cell to give first values." if has_values else "")
        words = (
            f"{self._name}: {shape}, {origin.replace('_', ' ')}.",
            shown if has_values else "Press Run or Step to see the numbers.",
            typing,
        )
        self._note.setText(" ".join(filter(None, words)))

    @staticmethod
    def _set(button: QPushButton, is_on: bool, tooltip: str, reason: str) -> None:
        button.setEnabled(is_on)
        button.setToolTip(tooltip if is_on else reason)

    def _show_filters(self, values: Array | None) -> None:
        """The kernels of a convolution as pictures: a row an output channel, blue − and red +."""
        has_filters = values is not None and values.ndim == 4
        self.filters.setVisible(has_filters)
        if not has_filters or values is None:
            return
        width = self.width() or theme.current().size("inspector") - 44
        picture, words = filters_picture(values, theme.current(), width)
        self.filters.setPixmap(picture)
        self.filters.setToolTip(words)
        self.filters.setAccessibleName(words)

    @Slot(object)
    def _on_theme_changed(self, _look: Theme) -> None:
        self._refresh()

    # editing

    @Slot(int)
    def _on_chosen(self, _index: int) -> None:
        self._say("")
        self._refresh()

    def _give(self, values: Array | None) -> None:
        """One undoable step; None forgets the numbers of this parameter."""
        typed = {name: kept for name, kept in self._typed().items() if name != self._name}
        if values is not None:
            typed[self._name] = np.asarray(values, np.float64).tolist()
            self._latest = self._latest | {self._name: values}
        self._say("")
        graph = self._document.graph
        if values is not None and isinstance(graph.node(self._node_id).layer, Variable):
            shape = self._document.inference.parameters[self._node_id][self._name].shape
            text = typed_text(np.asarray(values, np.float64).reshape(shape))
            self._document.attempt(editing.set_fields, self._node_id, {"value": text})
        else:
            self._document.attempt(editing.set_node, self._node_id, {"weights": typed})
        self._refresh()

    @Slot(object)
    def _on_edited(self, values: Array) -> None:
        self._give(values)

    @Slot()
    def _on_copy(self) -> None:
        if self.model.rowCount():
            QGuiApplication.clipboard().setText(text_of(self.model.array))

    @Slot()
    def _on_paste(self) -> None:
        parameter = self._document.inference.parameters.get(self._node_id, {}).get(self._name)
        if parameter is None or not self.paste_button.isEnabled():
            return
        try:
            values = parsed(QGuiApplication.clipboard().text(), parameter.shape)
        except ValueError as fault:
            self._say(str(fault))
            return
        self._give(values)

    @Slot()
    def _on_keep(self) -> None:
        self._give(self.model.array)

    @Slot()
    def _on_forget(self) -> None:
        self._give(None)

    @Slot(str)
    def _say(self, sentence: str) -> None:
        self._fault.setText(sentence)
        self._fault.setVisible(bool(sentence))


def _axes(shape: tuple[int, ...]) -> str:
    """What rows and columns are."""
    if len(shape) < 2:
        return "A column a neuron." if shape else ""
    return "A row an input, a column a neuron." if len(shape) == 2 else "A row an output channel."


def _why_not(count: int, tied_to: str) -> str:
    """Why numbers cannot be typed here."""
    if tied_to:
        return f"These are the weights of {tied_to}, transposed; give them there."
    if count > MOST_TYPED:
        return f"Up to {MOST_TYPED:,} numbers can be typed; this table has {count:,}."
    return ""

"""Who races: a list of optimisers, each with its own options, that can be switched on and off."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QPointF, QSize, Signal, Slot
from PySide6.QtGui import QAction, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui import theme
from gui.inspector.form import FieldForm
from gui.inspector.pieces import Number
from gui.labs.racer_marks import paint_marker
from gui.theme import Theme
from gui.widgets import ElidedLabel, NumberField
from gui.widgets.number_field import Bounds
from model.analysis.racing import Racer, title_of
from model.errors import FieldError
from model.fields import fields_of, with_fields
from model.optimizers import OPTIMIZERS, Optimizer

MOST = 10


class Swatch(QWidget):
    """The marker of a racer."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number
        self._apply_theme(theme.current())
        theme.notifier().changed.connect(self._apply_theme)

    @Slot(object)
    def _apply_theme(self, look: Theme) -> None:
        side = round(18 * look.scale)
        self.setFixedSize(side, side)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The marker in the middle."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = QPointF(self.width() / 2, self.height() / 2)
        paint_marker(painter, middle, self._number, self.width() * 0.29, theme.current(), edge="")
        painter.end()


class RacerRow(QFrame):
    """One racer: switch, marker, name, J, and its options below when they are open."""

    edited = Signal()
    removed = Signal(object)
    opened = Signal(object)

    def __init__(
        self,
        key: int,
        optimizer: Optimizer,
        batch_size: int,
        is_on: bool,
        has_batches: bool = True,
    ) -> None:
        super().__init__()
        self.key = key
        self._has_batches = has_batches
        self.optimizer = optimizer
        self.batch_size = batch_size
        self.items = 1
        self.no_decay = ""
        self.switch = QCheckBox()
        self.switch.setObjectName(f"racer_{key}_on")
        self.switch.setChecked(is_on)
        self.switch.toggled.connect(self._on_switched)
        self.name = ElidedLabel(role="strong")
        self.value = Number(is_right=True)
        self.value.setObjectName(f"racer_{key}_loss")
        self.more = QToolButton()
        self.more.setObjectName(f"racer_{key}_options")
        self.more.setCheckable(True)
        self.more.setIcon(theme.icon("tune-variant"))
        self.more.toggled.connect(self._on_more)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(3)
        row.addWidget(self.switch)
        row.addWidget(Swatch(key))
        row.addWidget(self.name, 1)
        row.addWidget(self.value)
        row.addWidget(self.more)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self._column.addLayout(row)
        self._options: QWidget | None = None
        theme.notifier().changed.connect(self._apply_theme)
        self._apply_theme(theme.current())

    @Slot(object)
    def _apply_theme(self, look: Theme) -> None:
        side = round(look.size("icon_small"))
        self.more.setIconSize(QSize(side, side))
        self.more.setFixedSize(side + 9, side + 10)

    @property
    def is_on(self) -> bool:
        return self.switch.isChecked()

    def call(self, name: str) -> None:
        """Another name."""
        self.name.set_text(name)
        self.switch.setAccessibleName(f"{name} races")
        self.switch.setToolTip(f"{name}: race, or stay away")
        self.more.setAccessibleName(f"Options of {name}")
        self.more.setToolTip(f"Options of {name}")

    def set_optimizer(self, optimizer: Optimizer) -> None:
        """The same kind with other options; emits nothing."""
        self.optimizer = optimizer
        if self._options is not None:
            self._close_options()
            self._open_options()

    def fit(self, items: int, no_decay: str) -> None:
        """items: how many samples there are for its batches; no_decay: why weight decay has no
        part, "" where it has."""
        self.items, self.no_decay = items, no_decay
        if self._options is not None:
            self._close_options()
            self._open_options()

    @Slot(bool)
    def _on_switched(self, _is_on: bool) -> None:
        self.edited.emit()

    @Slot(bool)
    def _on_more(self, is_open: bool) -> None:
        if is_open:
            self._open_options()
            self.opened.emit(self)
        else:
            self._close_options()

    def _open_options(self) -> None:
        holder = QFrame()
        holder.setProperty("kind", "sunken")
        column = QVBoxLayout(holder)
        column.setContentsMargins(10, 10, 10, 10)
        column.setSpacing(12)
        fields = fields_of(type(self.optimizer))
        values = {field.name: getattr(self.optimizer, field.name) for field in fields}
        self.form = FieldForm(fields, values)
        if "weight_decay" in self.form.names():
            self.form.set_reasons({"weight_decay": self.no_decay})
        self.form.edited.connect(self._on_field)
        column.addWidget(self.form)
        if self._has_batches:
            column.addWidget(self._batch_field())
        remove = QPushButton(theme.icon("close"), "Take it out")
        remove.setObjectName(f"racer_{self.key}_remove")
        remove.clicked.connect(self._on_remove)
        column.addWidget(remove)
        self._options = holder
        self._column.addWidget(holder)

    def _batch_field(self) -> NumberField:
        self.batch = NumberField(
            "samples a step",
            min(self.batch_size, self.items),
            1,
            max(self.items, 2),
            symbol="B",
            is_integer=True,
            is_log=True,
            bounds=Bounds(0, max(self.items, 1)),
            zero_word="all",
        )
        self.batch.setObjectName(f"racer_{self.key}_batch")
        if self.items == 1:
            self.batch.set_disabled_reason("This surface has no samples: its gradient is exact.")
        self.batch.edited.connect(self._on_batch)
        return self.batch

    def _close_options(self) -> None:
        if self._options is not None:
            self._options.hide()
            self._options.deleteLater()
            self._options = None

    @Slot(str, object)
    def _on_field(self, name: str, value: object) -> None:
        try:
            self.optimizer = with_fields(self.optimizer, {name: value})
        except FieldError as fault:
            self.form.set_error(name, str(fault))
            return
        self.edited.emit()

    @Slot(object)
    def _on_batch(self, size: object) -> None:
        self.batch_size = int(str(size))
        self.edited.emit()

    @Slot()
    def _on_remove(self) -> None:
        self.removed.emit(self)


class RaceList(QWidget):
    """`changed` when somebody comes, goes, or gets other options; `chosen(key)` when the options of
    one are opened. keys are places 0 to 9, which fix colour and marker. has_batches: they look at
    samples, and may choose at how many."""

    changed = Signal()
    chosen = Signal(int)

    def __init__(self, *, has_batches: bool = True) -> None:
        super().__init__()
        self._has_batches = has_batches
        self.rows: list[RacerRow] = []
        self._items, self._no_decay = 1, ""
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self.add_button = QPushButton(theme.icon("plus"), "Add an optimiser")
        self.add_button.setObjectName("race_add")
        self._menu = QMenu(self)
        for tag, kind in OPTIMIZERS.items():
            action = self._menu.addAction(kind.title)
            action.setObjectName(f"race_add_{tag}")
            action.setData(tag)
            action.triggered.connect(self._on_add)
        self.add_button.setMenu(self._menu)
        self._column.addWidget(self.add_button)

    # who is there

    def add(self, optimizer: Optimizer, batch_size: int = 0, is_on: bool = True) -> None:
        """One more at the end; emits nothing."""
        taken = {row.key for row in self.rows}
        key = next(k for k in range(MOST) if k not in taken)
        row = RacerRow(key, optimizer, batch_size, is_on, self._has_batches)
        row.items, row.no_decay = self._items, self._no_decay
        row.edited.connect(self._on_edited)
        row.removed.connect(self._on_removed)
        row.opened.connect(self._on_opened)
        self.rows.append(row)
        self._column.insertWidget(self._column.count() - 1, row)
        self._name_all()

    def racers(self, batch_size: int | None = None) -> tuple[Racer, ...]:
        """Those that are on. batch_size: of all of them, None: each its own."""
        return tuple(
            Racer(row.key, row.optimizer, row.batch_size if batch_size is None else batch_size)
            for row in self.rows
            if row.is_on
        )

    def names(self, batch_size: int | None = None) -> dict[int, str]:
        """What everybody is called, those who are off as well."""
        if not self._has_batches:
            batch_size = 1  # the plain rule, which is called SGD
        sizes = [row.batch_size if batch_size is None else batch_size for row in self.rows]
        racers = tuple(
            Racer(row.key, row.optimizer, size) for row, size in zip(self.rows, sizes, strict=True)
        )
        return {racer.key: title_of(racers, k) for k, racer in enumerate(racers)}

    def show_names(self, names: Mapping[int, str]) -> None:
        """Call them so."""
        for row in self.rows:
            row.call(names.get(row.key, ""))

    def show_losses(self, losses: Mapping[int, str]) -> None:
        """J of each at this step, "" for those who are off."""
        for row in self.rows:
            row.value.setText(losses.get(row.key, ""))

    def fit(self, items: int, no_decay: str) -> None:
        """items: how many samples there are; no_decay: why weight decay has no part, "" where it
        has."""
        self._items, self._no_decay = items, no_decay
        for row in self.rows:
            row.fit(items, no_decay)

    def map_optimizers(self, change: Callable[[Optimizer], Optimizer]) -> None:
        """Other options for all; emits nothing."""
        for row in self.rows:
            row.set_optimizer(change(row.optimizer))
        self._name_all()

    def _name_all(self) -> None:
        self.show_names(self.names())
        is_full = len(self.rows) >= MOST
        self.add_button.setEnabled(not is_full)
        self.add_button.setToolTip(
            f"{MOST} can be told apart; take one out first" if is_full else "Another racer"
        )

    # what the person does

    @Slot()
    def _on_add(self) -> None:
        action = self.sender()
        if isinstance(action, QAction) and len(self.rows) < MOST:
            self.add(OPTIMIZERS[action.data()]())
            self.changed.emit()

    @Slot()
    def _on_edited(self) -> None:
        self._name_all()
        self.changed.emit()

    @Slot(object)
    def _on_removed(self, row: RacerRow) -> None:
        self.rows.remove(row)
        row.hide()
        row.deleteLater()
        self._name_all()
        self.changed.emit()

    @Slot(object)
    def _on_opened(self, opened: RacerRow) -> None:
        for row in self.rows:
            if row is not opened and row.more.isChecked():
                row.more.setChecked(False)
        self.chosen.emit(opened.key)

"""What is shown while nothing is selected: how the design is trained, and its size."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.document import Document
from gui.inspector.batch import BatchField
from gui.inspector.form import FieldForm
from gui.inspector.pieces import FormulaCard, caption, clear, section
from gui.inspector.tensors import Row, totals_table
from gui.problems.card import ProblemCard
from gui.widgets import Choice, ChoiceField
from model import editing
from model.errors import DesignError
from model.fields import Field, fields_of
from model.optimizers import OPTIMIZERS, Optimizer
from model.settings import TrainingSettings
from model.shapes import Problem

_PENALTY = ("l1", "l2")
_SPLIT = ("validation_share", "test_share", "seed")
_EXEMPT = "0 switches a penalty off. Biases and batch-norm scales are exempt."
_RESTARTS = (
    "Split and seed start the training anew. Everything else applies from the next step on; a new"
    " optimiser begins with an empty memory."
)


class TrainingPage(QWidget):
    """Optimiser, batch, penalty, split and seed, and the totals of the design."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._kind: type[Optimizer] | None = None
        self._problems: list[Problem] | None = None
        self._rows: list[Row] = []
        fields = fields_of(TrainingSettings)
        settings = document.graph.training
        self.optimizer = ChoiceField(
            "Optimiser: how a gradient becomes a step",
            [Choice(tag, kind.title) for tag, kind in OPTIMIZERS.items()],
            _tag_of(settings.optimizer),
            tooltip="Fields that both optimisers have keep their values",
        )
        self.optimizer.setObjectName("field_optimizer")
        self.optimizer.edited.connect(self._on_optimizer)
        self._optimizer_rows = QVBoxLayout()
        self._optimizer_rows.setSpacing(16)
        self.optimizer_form: FieldForm | None = None
        self.batch = BatchField(next(f for f in fields if f.name == "batch_size"))
        self.batch.edited.connect(self._on_batch)
        self.batch.finished.connect(self._on_finished)
        others = [f for f in fields if f.name not in ("batch_size", *_PENALTY, *_SPLIT)]
        self.forms = {
            "batch": self._form(others, settings),
            "penalty": self._form([f for f in fields if f.name in _PENALTY], settings),
            "split": self._form([f for f in fields if f.name in _SPLIT], settings),
        }
        self._below = QVBoxLayout()
        self._below.setSpacing(8)
        self._totals = QVBoxLayout()
        self._build()
        self.refresh()

    def _form(self, fields: list[Field], settings: TrainingSettings) -> FieldForm:
        form = FieldForm(fields, {field.name: getattr(settings, field.name) for field in fields})
        form.edited.connect(self._on_edited)
        form.finished.connect(self._on_finished)
        return form

    def _build(self) -> None:
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 16, 16, 16)
        rows.setSpacing(16)
        rows.addLayout(self._below)
        rows.addWidget(self.optimizer)
        rows.addLayout(self._optimizer_rows)
        for title, parts in (
            ("Batch", [self.batch, self.forms["batch"]]),
            ("Penalty", [self.forms["penalty"], caption(_EXEMPT)]),
            ("Split and seed", [self.forms["split"], caption(_RESTARTS)]),
        ):
            rows.addSpacing(8)
            rows.addWidget(section(title))
            for part in parts:
                rows.addWidget(part)
        rows.addSpacing(8)
        rows.addLayout(self._totals)
        rows.addStretch(1)

    def refresh(self) -> None:
        """Show the settings, problems and totals of the present design."""
        settings = self._document.graph.training
        self.optimizer.set_value(_tag_of(settings.optimizer))
        if type(settings.optimizer) is not self._kind:
            self._show_optimizer(settings.optimizer)
        if self.optimizer_form is not None:
            names = self.optimizer_form.names()
            self.optimizer_form.show_values({n: getattr(settings.optimizer, n) for n in names})
        for form in self.forms.values():
            form.show_values({name: getattr(settings, name) for name in form.names()})
        self.batch.set_value(settings.batch_size)
        self._show_problems()
        self._show_totals()

    def _show_optimizer(self, optimizer: Optimizer) -> None:
        self._kind = type(optimizer)
        clear(self._optimizer_rows)
        fields = fields_of(self._kind)
        values = {field.name: getattr(optimizer, field.name) for field in fields}
        self.optimizer_form = FieldForm(fields, values)
        self.optimizer_form.edited.connect(self._on_edited)
        self.optimizer_form.finished.connect(self._on_finished)
        self._optimizer_rows.addWidget(FormulaCard(self._kind.formulas.forward))
        self._optimizer_rows.addWidget(self.optimizer_form)

    def _show_problems(self) -> None:
        found = self._document.inference.problems_of("")
        if found == self._problems:
            return
        self._problems = found
        clear(self._below)
        for problem in found:
            self._below.addWidget(ProblemCard(problem, self._document))

    def _show_totals(self) -> None:
        table, rows = totals_table(self._document, self._document.inference)
        if rows != self._rows:
            self._rows = rows
            clear(self._totals)
            self._totals.addWidget(table)

    # editing

    @Slot(str, object)
    def _on_edited(self, name: str, value: object) -> None:
        self._set({name: value}, name)

    @Slot(object)
    def _on_batch(self, value: object) -> None:
        self._set({"batch_size": value}, "batch_size")

    @Slot(object)
    def _on_optimizer(self, value: object) -> None:
        self._set({"optimizer": value}, None)

    def _set(self, values: dict[str, object], name: str | None) -> None:
        try:
            edit = editing.set_training(self._document.graph, values)
        except DesignError as fault:
            for form in (*self.forms.values(), self.optimizer_form):
                if form is not None and name is not None:
                    form.set_error(name, str(fault))
            return
        if all(change.old == change.new for change in edit.changes):
            return
        key = f"training.{name}" if name is not None else None
        self._document.apply(edit, merge_key=key)

    @Slot()
    def _on_finished(self) -> None:
        self._document.end_merge()


def _tag_of(optimizer: Optimizer) -> str:
    return str(optimizer.__struct_config__.tag)

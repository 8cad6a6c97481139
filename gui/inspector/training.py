"""What is shown while nothing is selected: how the design is trained, and its size."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.document import Document
from gui.inspector.batch import BatchField
from gui.inspector.first_values import FirstValuesField
from gui.inspector.form import FieldForm
from gui.inspector.pieces import caption, clear, section
from gui.inspector.tensors import Row, totals_table
from gui.inspector.variant import VariantEditor
from gui.problems.card import ProblemCard
from gui.widgets import ChoiceField
from model import editing
from model.errors import DesignError
from model.fields import Field, fields_of
from model.optimizers import OPTIMIZERS
from model.schedules import SCHEDULES
from model.settings import TrainingSettings
from model.shapes import Problem

_GROUPS: dict[str, tuple[str, ...]] = {
    "batch": ("epochs", "shuffle"),
    "penalty": ("l1", "l2", "l1_step", "max_norm"),
    "clipping": ("clip_value", "clip_norm"),
    "stopping": ("patience", "restore_best"),
    "split": ("validation_share", "test_share", "seed"),
}
_EXEMPT = (
    "0 switches a penalty off; both together are the elastic net. Biases and the scales of norms"
    " are exempt, and so are frozen weights. A layer can have penalties of its own."
)
_CLIPPED = "Applied to the whole gradient before the optimiser sees it."
_RESTARTS = (
    "Split and seed start the training anew. Everything else applies from the next step on; a new"
    " optimiser begins with an empty memory."
)
_NO_VALIDATION = "There is no validation part: its share is 0."
_NO_L1 = "There is no L1 penalty: λ₁ is 0."
_NO_PATIENCE = "Only with early stopping: patience is 0."


class TrainingPage(QWidget):
    """Optimiser, schedule, batch, penalty, clipping, early stopping, split, and the totals."""

    def __init__(
        self, document: Document, parent: QWidget | None = None, *, troubles: Any = None
    ) -> None:
        """troubles: who starts the training again with other first values."""
        super().__init__(parent)
        self._document = document
        self.first_values = FirstValuesField(document, troubles)
        self._problems: list[Problem] | None = None
        self._rows: list[Row] = []
        fields = {field.name: field for field in fields_of(TrainingSettings)}
        settings = document.graph.training
        self._optimizer = VariantEditor(
            "optimizer",
            "Optimiser: how a gradient becomes a step",
            OPTIMIZERS,
            settings.optimizer,
            "Fields that both optimisers have keep their values",
        )
        self._schedule = VariantEditor(
            "schedule",
            "Schedule: how the learning rate changes over the steps",
            SCHEDULES,
            settings.schedule,
            "A factor on the learning rate ρ of every step; its curve is in the plot Learning rate",
        )
        self._optimizer.kind_edited.connect(self._on_optimizer)
        self._schedule.kind_edited.connect(self._on_schedule)
        for editor in (self._optimizer, self._schedule):
            editor.edited.connect(self._on_edited)
            editor.finished.connect(self._on_finished)
        self.batch = BatchField(fields["batch_size"])
        self.batch.edited.connect(self._on_batch)
        self.batch.finished.connect(self._on_finished)
        grouped = {name for names in _GROUPS.values() for name in names}
        rest = [n for n in fields if n not in grouped and n != "batch_size"]
        self.forms = {
            group: self._form(
                [fields[name] for name in (*names, *(rest if group == "batch" else ()))], settings
            )
            for group, names in _GROUPS.items()
        }
        self._below = QVBoxLayout()
        self._below.setSpacing(8)
        self._totals = QVBoxLayout()
        self._build()
        self.refresh()

    @property
    def optimizer(self) -> ChoiceField:
        """The choice of the optimiser."""
        return self._optimizer.choice

    @property
    def optimizer_form(self) -> FieldForm | None:
        """The fields of the present optimiser."""
        return self._optimizer.form

    @property
    def schedule(self) -> ChoiceField:
        """The choice of the schedule."""
        return self._schedule.choice

    @property
    def schedule_form(self) -> FieldForm | None:
        """The fields of the present schedule."""
        return self._schedule.form

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
        rows.addWidget(self._optimizer)
        for title, parts in (
            ("Schedule", [self._schedule]),
            ("Batch", [self.batch, self.forms["batch"]]),
            ("Penalty", [self.forms["penalty"], caption(_EXEMPT)]),
            ("Gradient clipping", [self.forms["clipping"], caption(_CLIPPED)]),
            ("Early stopping", [self.forms["stopping"]]),
            ("First values", [self.first_values]),
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
        self._optimizer.show_value(settings.optimizer)
        self._schedule.show_value(settings.schedule)
        for form in self.forms.values():
            form.show_values({name: getattr(settings, name) for name in form.names()})
        self.forms["stopping"].set_reasons(_reasons(settings))
        nodes = self._document.graph.nodes.values()
        has_l1 = settings.l1 > 0 or any(node.l1 for node in nodes)
        self.forms["penalty"].set_reasons({} if has_l1 else {"l1_step": _NO_L1})
        hears = settings.schedule.hears_validation and not settings.validation_share
        self.schedule.set_error(
            f"It waits for the validation loss. {_NO_VALIDATION}" if hears else ""
        )
        self.batch.set_value(settings.batch_size)
        self.first_values.refresh()
        self._show_problems()
        self._show_totals()

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

    @Slot(object)
    def _on_schedule(self, value: object) -> None:
        self._set({"schedule": value}, None)

    def _set(self, values: dict[str, object], name: str | None) -> None:
        try:
            edit = editing.set_training(self._document.graph, values)
        except DesignError as fault:
            for form in (*self.forms.values(), self.optimizer_form, self.schedule_form):
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


def _reasons(settings: TrainingSettings) -> dict[str, str]:
    """Fields of early stopping that do nothing now, each with the reason."""
    if not settings.validation_share:
        return {"patience": _NO_VALIDATION, "restore_best": _NO_VALIDATION}
    return {} if settings.patience else {"restore_best": _NO_PATIENCE}

"""The controls of a sweep: fields, how they go together, seeds, length and jobs."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout

from gui.inspector.pieces import caption, section
from gui.labs.sweep_fields import FieldRows
from gui.widgets import NumberField, Segmented
from gui.widgets.wrapping_button import WrappingButton
from model.design import Design
from model.errors import FieldError
from model.sweep.executor import cores
from model.sweep.plan import Plan, factors_of, make_plan
from model.sweep.values import grid_of

_KEEP = (
    "Each finished run goes into it at once, and the same sweep goes on from there; the command"
    " line reads and writes the same files (--out)"
)
_ANEW = "Begin with an empty table; a file that you have chosen stays as it is"
_MOST_JOBS = 32
_MOST_SETTINGS = 2000


class SweepForm(QVBoxLayout):
    """Its widgets are public: the panel hears them. `edited` when the plan may be another one."""

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setSpacing(10)
        self.fields = FieldRows()
        self._planned = ""
        self._make_runs()
        self._make_buttons()
        self._arrange()
        self.fields.edited.connect(self.edited)
        self.way.changed.connect(self._on_way)
        self.unit.changed.connect(self._on_unit)
        for field in (self.draws, self.seeds, self.length):
            field.finished.connect(self.edited)
        self._show_draws()

    def _make_runs(self) -> None:
        self.way = Segmented([("grid", "grid"), ("random", "random")], "grid", "Settings")
        self.way.setObjectName("sweep_way")
        self.way.setToolTip("All combinations of the values, or so many draws from them")
        self.draws = NumberField(
            "settings drawn", 20, 2, 500, symbol="N", is_integer=True, is_log=True,
            tooltip="Uniform, of a range with :log uniform in its logarithm",
        )  # fmt: skip
        self.draws.setObjectName("sweep_draws")
        self.seeds = NumberField(
            "seeds of each setting", 2, 1, 20, symbol="K", is_integer=True,
            tooltip="Runs of each setting; mean and spread are taken over them",
        )  # fmt: skip
        self.seeds.setObjectName("sweep_seeds")
        self.unit = Segmented([("epochs", "epochs"), ("steps", "steps")], "epochs", "Length")
        self.unit.setObjectName("sweep_unit")
        self.unit.setToolTip("How long a run is: passes through the training part, or steps")
        self.length = NumberField(
            "length of a run", 10, 1, 5000, is_integer=True, is_log=True,
            tooltip="So many epochs or steps",
        )  # fmt: skip
        self.length.setObjectName("sweep_length")
        jobs = min(cores(), _MOST_JOBS)
        self.jobs = NumberField(
            "processes at work", jobs, 1, max(jobs, 4), is_integer=True,
            tooltip="Runs that go on at the same time; more than processors bring nothing",
        )  # fmt: skip
        self.jobs.setObjectName("sweep_jobs")

    def _make_buttons(self) -> None:
        self.total = caption()
        self.total.setObjectName("sweep_count")
        self.start_button = QPushButton("Start")
        self.start_button.setObjectName("sweep_start")
        self.start_button.setProperty("kind", "primary")
        self.cancel_button = _button("Cancel", "sweep_cancel")
        self.anew_button = _button("Forget the results", "sweep_anew")
        self.keep_button = _button("Keep results in a file …", "sweep_keep")
        self.place = caption()
        self.place.setObjectName("sweep_place")

    def _arrange(self) -> None:
        self.addWidget(section("Fields that vary"))
        self.addLayout(self.fields)
        self.addWidget(caption("Values: 0, 0.5 or 0..0.8:5 or 1e-4..1:9:log"))
        self.addWidget(self.total)
        row = QHBoxLayout()
        row.addWidget(self.start_button, 1)
        row.addWidget(self.cancel_button, 1)
        self.addLayout(row)
        self.addWidget(section("Runs"))
        self.addWidget(self.way)
        for field in (self.draws, self.seeds, self.unit, self.length, self.jobs):
            self.addWidget(field)
        self.addWidget(section("Results"))
        self.addWidget(self.place)
        self.addWidget(self.keep_button)
        self.addWidget(self.anew_button)

    @Slot(object)
    def _on_way(self, _value: object) -> None:
        self._show_draws()
        self.edited.emit()

    @Slot(object)
    def _on_unit(self, _value: object) -> None:
        self.edited.emit()

    def _show_draws(self) -> None:
        self.draws.setVisible(self.way.value() == "random")

    def set_length(self, unit: str, length: int) -> None:
        """Epochs or steps; emits nothing."""
        with QSignalBlocker(self):
            self.unit.set_value(unit)
            self.length.set_value(length)

    # the plan

    def plan(self, design: Design) -> Plan | None:
        """What the form asks for; None where a row is wrong, which says so then."""
        is_random = self.way.value() == "random"
        draws = int(self.draws.value()) if is_random else None
        is_sound = True
        for row in self.fields.rows:
            try:
                make_plan(design, factors_of(design, [row.text()]), draws=1 if is_random else None)
                row.set_error("")
            except FieldError as fault:
                row.set_error(_sentence(fault, row.choice.place))
                is_sound = False
        if not is_sound:
            self.total.setText("The values of a field have to be put right first.")
            return None
        many = self._too_many(design, draws)
        if many:
            self.total.setText(many)
            return None
        length = int(self.length.value())
        is_epochs = self.unit.value() == "epochs"
        try:
            plan = make_plan(
                design,
                factors_of(design, [row.text() for row in self.fields.rows]),
                seeds=int(self.seeds.value()),
                draws=draws,
                epochs=length if is_epochs else None,
                steps=None if is_epochs else length,
            )
        except FieldError as fault:
            self.total.setText(_sentence(fault, ""))
            return None
        settings, seeds = len(plan.settings), len(plan.seeds)
        self._planned = (
            f"{settings:,} {'setting' if settings == 1 else 'settings'} ×"
            f" {seeds} {'seed' if seeds == 1 else 'seeds'} = {plan.n_runs:,} runs"
        )
        self.total.setText(self._planned)
        return plan

    def show_done(self, count: int) -> None:
        """How many of the planned runs have ended."""
        if self.total.text().startswith(self._planned) and self._planned:
            self.total.setText(f"{self._planned}; {count:,} done" if count else self._planned)

    def _too_many(self, design: Design, draws: int | None) -> str:
        """Why a grid is too large for a picture, "" = it is not."""
        count = 1 if draws is None else 0
        for factor in factors_of(design, [row.text() for row in self.fields.rows]):
            count *= len(grid_of(factor.values)) if draws is None else 1
        if count <= _MOST_SETTINGS:
            return ""
        return (
            f"{count:,} settings are more than the {_MOST_SETTINGS:,} that can be shown here: take"
            " fewer values, draw at random, or use `deltaboard sweep`."
        )

    # what can be done

    def show_state(self, *, is_running: bool, is_sound: bool, left: int, has_any: bool) -> None:
        """left: runs that are still to be done; has_any: there are results."""
        why = "It runs" if is_running else "" if is_sound else "Put the values right first"
        if not why and not left:
            why = "All runs of this sweep are done: take other values or more seeds"
        words = "Only what is missing is run" if has_any else "All runs, in processes of their own"
        _enable(self.start_button, words, why)
        self.start_button.setText("Go on" if has_any and left else "Start")
        stop = "End the runs that are on their way; what is finished stays"
        _enable(self.cancel_button, stop, "" if is_running else "Nothing runs")
        reason = "Cancel first" if is_running else "" if has_any else "There are none"
        _enable(self.anew_button, _ANEW, reason)
        _enable(self.keep_button, _KEEP, "Cancel first" if is_running else "")


def _sentence(fault: FieldError, place: str) -> str:
    """Without the words that the command line needs."""
    text = str(fault).removeprefix("--set ")
    return text.removeprefix(f"{place}: ")


def _enable(button: QPushButton, tip: str, why_not: str) -> None:
    button.setEnabled(not why_not)
    button.setToolTip(why_not or tip)


def _button(text: str, name: str, kind: str = "") -> QPushButton:
    found = WrappingButton(text)
    found.setObjectName(name)
    if kind:
        found.setProperty("kind", kind)
    return found

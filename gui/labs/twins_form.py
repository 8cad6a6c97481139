"""The controls of the twin runs: the fork, the one change, the steps, and the chosen run."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Slot
from PySide6.QtWidgets import QComboBox, QLabel, QVBoxLayout

from gui.inspector.field_widgets import widget_for
from gui.inspector.pieces import caption, section
from gui.widgets import Field, NumberField, Segmented
from gui.widgets.wrapping_button import WrappingButton
from model.analysis.twin_knobs import BATCH_NORM_ON, KEPT, Alteration, Knob

STEPS = 200
_MOST_NODES = 6
_NO_RUN = "Choose a run in the table first"
_PLACE = (
    "Where it is put in: at one layer, or at all hidden activations, those behind which something"
    " learns. All other weights and draws stay the same."
)
_MAP_ON, _MAP_OFF = "Paint its differences on the canvas", "Difference map off"
_MAP = (
    "How far h, δ and θ of every node are from those of the canvas; it follows while the canvas"
    " trains"
)
_BACK = (
    "Weights, memory, batch order and streams of this run; the change becomes an edit; one Undo"
    " takes all of it back"
)


class TwinForm(QVBoxLayout):
    """Its widgets are public: the panel hears them."""

    def __init__(self) -> None:
        super().__init__()
        self.setSpacing(10)
        self.knobs: list[Knob] = []
        self._field: Field | None = None
        self._make_fork()
        self._make_runs()
        self._arrange()
        self.knob.activated.connect(self.show_field)
        self.show_chosen(is_chosen=False)

    def _make_fork(self) -> None:
        self.where = caption()
        self.where.setObjectName("twin_where")
        self.fork_button = _button("Fork the present state", "twin_fork")
        self.fork_button.setToolTip("Forget these runs and begin from where the training stands")
        self.knob = QComboBox()
        self.knob.setObjectName("twin_knob")
        self.knob.setToolTip("The one thing that the twin does otherwise")
        policy = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        self.knob.setSizeAdjustPolicy(policy)
        self.knob.setMinimumContentsLength(8)
        self.place = QComboBox()
        self.place.setObjectName("twin_place")
        self.place.setAccessibleName("Where it is put in")
        self.place.setToolTip(_PLACE)
        self.place.setSizeAdjustPolicy(policy)
        self.place.setMinimumContentsLength(8)
        self._value = QVBoxLayout()
        self.add_button = _button("Add this twin", "twin_add", kind="primary")
        self.add_button.setToolTip("It goes on from the fork, beside the runs of the table")

    def _make_runs(self) -> None:
        self.steps = NumberField(
            "steps from the fork",
            STEPS,
            10,
            5000,
            symbol="N",
            is_integer=True,
            is_log=True,
            tooltip="Every twin does so many steps",
        )
        self.steps.setObjectName("twin_steps")
        self.again_button = _button("Run all again", "twin_again")
        self.again_button.setToolTip("All runs of the table once more, so many steps each")
        self.axis = Segmented([("steps", "steps"), ("items", "items")], "steps", "Along the axis")
        self.axis.setObjectName("twin_axis")
        self.axis.setToolTip("Steps, or items used: fair where the batches differ in size")
        self.back_button = _button("Take its state to the canvas", "twin_back")
        self.map_button = _button(_MAP_ON, "twin_map")
        self.remove_button = _button("Remove it", "twin_remove")
        self.differs = caption()
        self.differs.setObjectName("twin_differs")
        self.differs.setToolTip("‖θ − θ of the original‖ / ‖θ of the original‖ at the end")

    def _arrange(self) -> None:
        label = QLabel("What is changed")
        label.setBuddy(self.knob)
        self.addWidget(section("Fork"))
        self.addWidget(self.where)
        self.addWidget(self.fork_button)
        self.addWidget(section("One change"))
        self.addWidget(label)
        self.addWidget(self.knob)
        self.addWidget(self.place)
        self.addLayout(self._value)
        self.addWidget(self.add_button)
        self.addWidget(section("Runs"))
        self.addWidget(self.steps)
        self.addWidget(self.again_button)
        self.addWidget(self.axis)
        self.addWidget(section("Chosen run"))
        self.addWidget(self.back_button)
        self.addWidget(self.map_button)
        self.addWidget(self.remove_button)
        self.addWidget(self.differs)

    def show_where(self, step: int) -> None:
        """Say where all runs part."""
        self.where.setText(
            f"All runs part at step {step:,}: the same weights, memory, batches and masks."
        )

    def show_knobs(self, knobs: list[Knob], node_id: str) -> None:
        """What can be changed; the first of this node is chosen, "" for none."""
        self.knobs = knobs
        with QSignalBlocker(self.knob):
            self.knob.clear()
            for index, knob in enumerate(knobs):
                self.knob.addItem(knob.title)
                tip = knob.field.description or knob.title
                self.knob.setItemData(index, tip, Qt.ItemDataRole.ToolTipRole)
        found = [k for k, knob in enumerate(knobs) if node_id and knob.node_id == node_id]
        takes = [k for k, knob in enumerate(knobs) if node_id in (p.key for p in knob.places)]
        self.choose((found or takes or [0])[0])
        if takes and not found:
            self.place.setCurrentIndex(self.place.findData(node_id))

    def choose(self, index: int) -> None:
        """Turn this knob."""
        self.knob.setCurrentIndex(index)
        self.show_field()

    def choose_insertion(self, name: str, place: str) -> None:
        """Turn the knob that puts a layer in, at this place."""
        self.choose(next(k for k, knob in enumerate(self.knobs) if knob.field.name == name))
        self.place.setCurrentIndex(self.place.findData(place))

    @Slot()
    def show_field(self, _index: int = 0) -> None:
        """The field of the chosen knob, at its present value, and where it may be put in."""
        if self._field is not None:
            self._value.removeWidget(self._field)
            self._field.hide()
            self._field.deleteLater()
        knob = self.knobs[self.knob.currentIndex()]
        value = False if knob.field.name == KEPT else knob.value
        self._field = widget_for(knob.field, value)
        self._field.setObjectName("twin_value")
        self._value.addWidget(self._field)
        self._field.setVisible(knob.field.name != BATCH_NORM_ON)
        self.place.clear()
        for place in knob.places:
            self.place.addItem(place.caption, place.key)
            at = self.place.count() - 1
            self.place.setItemData(at, place.caption, Qt.ItemDataRole.ToolTipRole)
        self.place.setVisible(bool(knob.places))

    def set_value(self, value: object) -> None:
        """Put a value into the field of the chosen knob."""
        if self._field is not None:
            self._field.set_value(value)

    def alteration(self) -> Alteration | None:
        """The change that the fields show; None where there is no design as yet."""
        if self._field is None or not self.knobs:
            return None
        knob = self.knobs[self.knob.currentIndex()]
        return knob.turned(self._field.value(), str(self.place.currentData() or ""))

    def show_chosen(
        self,
        *,
        is_chosen: bool,
        is_mapped: bool = False,
        apart: Sequence[tuple[str, float]] = (),
    ) -> None:
        """Whether a run is chosen, whether the difference map shows it, and how far its nodes'
        parameters are from the original's."""
        self.remove_button.setEnabled(is_chosen)
        self.remove_button.setToolTip("Take it out of the table" if is_chosen else _NO_RUN)
        self.back_button.setEnabled(is_chosen)
        self.back_button.setToolTip(_BACK if is_chosen else _NO_RUN)
        self.map_button.setEnabled(is_chosen)
        self.map_button.set_words(_MAP_OFF if is_mapped else _MAP_ON)
        tip = "The cards as they were" if is_mapped else _MAP
        self.map_button.setToolTip(tip if is_chosen else _NO_RUN)
        lines = [f"{title}: {_percent(share)}" for title, share in apart[:_MOST_NODES]]
        if len(apart) > _MOST_NODES:
            lines.append(f"and {len(apart) - _MOST_NODES} more, in the export")
        head = ["Parameters, away from the original:"] if apart else []
        self.differs.setText("\n".join(head + lines))
        self.differs.setVisible(bool(apart))


def _percent(share: float) -> str:
    return "0 (the very same)" if share == 0 else f"{100 * share:.3g} %"


def _button(text: str, name: str, kind: str = "") -> WrappingButton:
    found = WrappingButton(text)
    found.setObjectName(name)
    if kind:
        found.setProperty("kind", kind)
    return found

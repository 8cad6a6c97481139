"""The controls of the overfitting laboratory: what is fitted, how large, to how many items."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton, QVBoxLayout

from gui.inspector.pieces import caption, section
from gui.labs.dropout_figures import MarkedNumbers
from gui.widgets import NumberField
from gui.widgets.wrapping_button import WrappingButton
from model.analysis.overfitting import Ground
from model.analysis.overfitting_network import Network
from model.analysis.overfitting_polynomial import MOST_DEGREE, Wave

DEGREE, ITEMS = 9, 12
"""Of the polynomial at first: it overfits."""
PATIENCE = 8
_LEAST_ITEMS = 4
LEGEND = (
    "Discs: training items. Hollow squares: validation items. Dashed: what the items come from."
    " Bands reach from the least to the greatest of the seeds. Grey: after patience has ended."
)
Key = tuple[str, str]
"""("wave", "") or ("design", the layer whose units are its size, "" for all hidden ones)."""
WAVE: Key = ("wave", "")


class OverfittingForm(QVBoxLayout):
    """`chosen(Key)` another thing is to be fitted; `edited()` one of its numbers is another."""

    chosen = Signal(object)
    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setSpacing(10)
        self.what = QComboBox()
        self.what.setObjectName("overfitting_what")
        self.what.setToolTip("A polynomial through a noisy wave, or the design on the canvas")
        policy = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        self.what.setSizeAdjustPolicy(policy)
        self.what.setMinimumContentsLength(8)
        self.what.addItem("Noisy sine wave", WAVE)
        self.why = caption()
        self.why.setObjectName("overfitting_why")
        self._sliders = QVBoxLayout()
        self._sliders.setSpacing(10)
        self._fields: dict[str, NumberField] = {}
        self.patience = NumberField(
            "patience",
            PATIENCE,
            0,
            30,
            is_integer=True,
            zero_word="never",
            tooltip="Stop after so many judgements in a row without a better validation loss",
        )
        self.patience.setObjectName("overfitting_patience")
        self.patience.edited.connect(self._on_edited)
        self.back: QPushButton = WrappingButton("Go back to the best step")
        self.back.setObjectName("overfitting_back")
        self.back.setProperty("kind", "primary")
        self.numbers = MarkedNumbers(
            [
                ("training", "training loss", 0, "Of the items that are learned from"),
                ("validation", "validation loss", 1, "Of items that choose size and step"),
                ("test", "test loss", 2, "Of items that have chosen nothing"),
                ("gap", "gap", -1, "Validation loss minus training loss"),
                ("parameters", "parameters", -1, "How many numbers learn"),
            ]
        )
        self._arrange()
        self.what.activated.connect(self._on_what)
        self.show_ground(Wave())

    def _arrange(self) -> None:
        label = QLabel("What is fitted")
        label.setBuddy(self.what)
        self.addWidget(label)
        self.addWidget(self.what)
        self.addWidget(self.why)
        self.why.hide()
        self.addLayout(self._sliders)
        self.addWidget(section("Early stopping"))
        self.addWidget(self.patience)
        self.addWidget(self.back)
        self.addWidget(section("At the shown step"))
        self.addWidget(self.numbers)
        self.addWidget(caption(LEGEND))

    # what is fitted

    def key(self) -> Key:
        """What is chosen."""
        kind, layer = self.what.currentData()
        return str(kind), str(layer)

    def show_designs(self, layers: Sequence[tuple[str, str]], why: str = "") -> None:
        """layers: (id, words) of what can be sized, besides the wave. why: there is none."""
        before = self.key()
        with QSignalBlocker(self.what):
            while self.what.count() > 1:
                self.what.removeItem(1)
            for layer, words in layers:
                self.what.addItem(words, ("design", layer))
        self.why.setText(why)
        self.why.setVisible(bool(why))
        self.choose(before)

    def choose(self, key: Key) -> bool:
        """Show it as chosen; False where there is no such thing: then the wave is."""
        for k in range(self.what.count()):
            if tuple(self.what.itemData(k)) == key:
                self.what.setCurrentIndex(k)
                return True
        self.what.setCurrentIndex(0)
        return False

    @Slot(int)
    def _on_what(self, _index: int) -> None:
        self.chosen.emit(self.key())

    # its numbers

    def show_ground(self, ground: Ground) -> None:
        """Sliders for it, at their first values."""
        while self._sliders.count():
            item = self._sliders.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._fields = {}
        if isinstance(ground, Network):
            self._add_network(ground)
        else:
            self._add_wave(ground)

    def _add_wave(self, ground: Ground) -> None:
        self._add("size", "degree", DEGREE, 0, MOST_DEGREE, "Of the polynomial", is_integer=True)
        self._add_items(ITEMS, ground.most_items)
        noise = ground.noise if isinstance(ground, Wave) else 0.25
        self._add("noise", "noise", noise, 0.0, 0.6, "Standard deviation around the wave")
        self._add_seeds(20, 50)

    def _add_network(self, ground: Network) -> None:
        if ground.chosen:
            most = max(8 * ground.present, 16)
            tip = "Of the chosen layer"
            self._add("size", "units", ground.present, 1, most, tip, is_integer=True, is_log=True)
        else:
            tip = "Units of all hidden layers, as a multiple of those of the design"
            self._add("size", "width, times", 1.0, 0.125, 8.0, tip, is_log=True)
        self._add_items(ground.most_items, ground.most_items)
        tip = "Of each training"
        steps = ground.steps
        self._add("steps", "steps", steps, 10, 10_000, tip, is_integer=True, is_log=True)
        self._add_seeds(1 if steps < 200 else 3, 10)

    def _add_items(self, value: int, most: int) -> None:
        tip = "The first so many of the training part, in one shuffled order"
        least = min(_LEAST_ITEMS, max(most - 1, 1))
        self._add(
            "items", "training items", value, least, most, tip, is_integer=True, is_log=most > 50
        )

    def _add_seeds(self, value: int, most: int) -> None:
        tip = "The curves at the right are means over so many seeds"
        self._add("seeds", "seeds", value, 1, most, tip, symbol="K", is_integer=True)

    def _add(
        self,
        name: str,
        words: str,
        value: float,
        least: float,
        most: float,
        tip: str,
        *,
        symbol: str = "",
        is_integer: bool = False,
        is_log: bool = False,
    ) -> None:
        field = NumberField(
            words,
            value,
            least,
            most,
            symbol=symbol,
            is_integer=is_integer,
            is_log=is_log,
            tooltip=tip,
        )
        field.setObjectName(f"overfitting_{name}")
        field.edited.connect(self._on_edited)
        self._fields[name] = field
        self._sliders.addWidget(field)

    @Slot(object)
    def _on_edited(self, _value: object) -> None:
        self.edited.emit()

    def number(self, name: str) -> float:
        """Of the field size, items, noise, steps or seeds."""
        return float(self._fields[name].value())

    def set_number(self, name: str, value: float) -> None:
        """Emits nothing."""
        self._fields[name].set_value(value)

    def field(self, name: str) -> NumberField:
        """The field of this name."""
        return self._fields[name]

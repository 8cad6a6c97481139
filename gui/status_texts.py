"""The sentences of the status strip, from the design and the newest snapshot. No widgets."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from model.graph import NetworkGraph
from model.layer import Loss, tag_of
from model.layers.source import DataSource
from model.observing import loss_layers
from model.settings import TrainingSettings
from model.snapshot import Snapshot

SHORT_LOSSES = {
    "softmax_cross_entropy": "cross-entropy",
    "binary_cross_entropy": "binary cross-entropy",
    "mse": "squared error",
    "mae": "absolute error",
    "hinge": "hinge",
}
_SCALINGS = {
    "none": ("data unscaled", "raw"),
    "standardize": ("data standardised", "standardised"),
    "unit": ("data scaled to [0, 1]", "[0, 1]"),
}
_STATES = {
    "idle": "ready",
    "running": "running",
    "paused": "paused",
    "stopped": "stopped",
    "finished": "finished",
    "failed": "stopped by a fault",
}


@dataclass(frozen=True)
class Line:
    """One entry: `caption value`, the same shorter, and the whole truth for the tooltip."""

    caption: str
    value: str
    tip: str
    short_caption: str | None = None
    short_value: str | None = None


def epoch(settings: TrainingSettings, snapshot: Snapshot | None) -> Line:
    """Epochs begun, out of those asked for."""
    begun = 0 if snapshot is None else snapshot.epoch + (snapshot.batch_index > 0)
    rounds = max(1, math.ceil(begun / settings.epochs)) if settings.epochs else 0
    whole = f"{begun}/{rounds * settings.epochs}" if settings.epochs else f"{begun}"
    tip = "Epochs begun: one epoch shows every training item once."
    if snapshot is not None:
        n_train, n_validation, n_test = snapshot.split_sizes
        tip += (
            f"\nBatch {snapshot.batch_index} of {snapshot.n_batches} in epoch {snapshot.epoch + 1}."
            f"\n{n_train:,} training, {n_validation:,} validation, {n_test:,} test items."
        )
    limit = f"{settings.epochs:,} epochs, then the run ends." if settings.epochs else "no end set."
    return Line("epoch", whole, f"{tip}\nAsked for: {limit}")


def step(snapshot: Snapshot | None) -> Line:
    """Updates of θ so far."""
    count = 0 if snapshot is None else snapshot.step
    return Line("step", f"{count:,}", f"t = {count:,}: updates of the parameters θ so far.")


def rate(snapshot: Snapshot | None, state: str) -> Line:
    """Steps a second, measured."""
    if snapshot is None or state != "running":
        return Line("", "– steps/s", "Steps a second; shown while the training runs.")
    speed = snapshot.steps_per_second
    shown = f"{speed:,.0f}" if speed >= 10 else f"{speed:.2g}"
    return Line("", f"{shown} steps/s", f"{speed:,.3f} training steps a second, measured.")


def loss(graph: NetworkGraph, snapshot: Snapshot | None) -> Line:
    """What the shown loss J is the sum of: as it was computed, however λ was edited since."""
    terms = _terms(loss_layers(graph), graph.training)
    if not loss_layers(graph):
        return Line("loss", "none yet", "J has no data term: the design has no loss layer.")
    after = ""
    made = _settings_of_step(graph.training, snapshot)
    if snapshot is not None and made is not graph.training:
        shown = _terms(snapshot.loss_layers, made)
        if shown != terms:
            after = f"\nEdited since, for the steps to come: J = {' + '.join(terms)}."
        terms = shown
    own = snapshot is not None and snapshot.penalty > 0 and not (made.l1 or made.l2)
    if own:
        terms.append("penalties of single layers")
    has_penalty = own or made.l1 or made.l2
    tip = (
        "J, the loss that is shown and trained: mean over the mini-batch of the data term"
        f"{', plus the penalty' if has_penalty else ', without a penalty'}."
        "\nL1 = Σ|w|, L2 = Σw² over all weights, biases excepted."
    )
    if snapshot is not None:
        tip += (
            f"\nJ = {snapshot.loss:.8g} = {snapshot.data_loss:.8g} (data)"
            f" + {snapshot.penalty:.8g} (penalty)"
        )
    return Line("loss =", " + ".join(terms), tip + after)


def _terms(losses: Iterable[Loss], settings: TrainingSettings) -> list[str]:
    """`2·cross-entropy`, `0.01·L2`."""
    terms = []
    for layer in losses:
        name = SHORT_LOSSES.get(tag_of(layer), layer.title)
        weight = float(getattr(layer, "weight", 1.0))
        terms.append(name if weight == 1 else f"{weight:g}·{name}")
    penalties = ((settings.l1, "L1"), (settings.l2, "L2"))
    return [*terms, *(f"{weight:g}·{name}" for weight, name in penalties if weight)]


def _settings_of_step(settings: TrainingSettings, snapshot: Snapshot | None) -> TrainingSettings:
    """Those with which the shown numbers were computed; before the first step the present ones."""
    if snapshot is None or not snapshot.step or snapshot.settings is None:
        return settings
    return snapshot.settings


def scaling(graph: NetworkGraph, snapshot: Snapshot | None) -> Line:
    """What was done to the inputs before the network sees them."""
    sources = {k: n.layer for k, n in graph.nodes.items() if isinstance(n.layer, DataSource)}
    if not sources:
        return Line("", "no data", "There is no data set on the canvas.", None, "no data")
    kinds = {layer.scaling for layer in sources.values()}
    tip = "Scaling is fitted on the training part only, and never done silently."
    if snapshot is not None:
        for key, words in snapshot.scaling.items():
            tip += f"\n{graph.title_of(key) if key in graph else key}: {words}"
    else:
        for key, layer in sources.items():
            tip += f"\n{graph.title_of(key)}: {_SCALINGS[layer.scaling][0]}"
    if len(kinds) > 1:
        return Line("data scaled", "differently", tip, "data", "mixed")
    words, short = _SCALINGS[kinds.pop()]
    first, _, rest = words.rpartition(" ") if " to " not in words else words.partition(" [")
    value = f"[{rest}" if first.endswith("to") else rest
    return Line(first, value, tip, "data", short)


def batches(settings: TrainingSettings, snapshot: Snapshot | None = None) -> Line:
    """Order and size of the mini-batches, of the step that is shown."""
    made = _settings_of_step(settings, snapshot)
    value, next_value = _order_and_size(made), _order_and_size(settings)
    items = f"{made.batch_size:,}" if made.batch_size else "all training"
    tip = "New batch order in every epoch" if made.shuffle else "The same batch order every epoch"
    tip += f"; {items} items a mini-batch B_t."
    if value != next_value:
        tip += f"\nEdited since, for the steps to come: {next_value}."
    return Line("batch order", value, tip, "", value)


def _order_and_size(settings: TrainingSettings) -> str:
    """`shuffled, B = 32`."""
    order = "shuffled" if settings.shuffle else "fixed"
    return f"{order}, B = {settings.batch_size or 'all'}"


def seed(settings: TrainingSettings, snapshot: Snapshot | None) -> Line:
    """The start of all random streams."""
    number = settings.seed if snapshot is None else snapshot.seed
    tip = (
        f"Seed {number}: initial parameters, masks, batch order and split are drawn from it."
        "\nReset gives the very same numbers again."
    )
    return Line("seed", str(number), tip)


def mode(snapshot: Snapshot | None, state: str = "running") -> Line:
    """In which mode the numbers on the cards were computed."""
    if snapshot is None:
        return Line("mode", "–", "Nothing has been computed yet.")
    tip = (
        "The cards show a training step: dropout is on, batch norm uses the batch."
        "\nValidation and test figures are computed in test mode: dropout off, running statistics."
    )
    if state in ("stopped", "finished"):
        return Line("shown", "last training step", tip, "shown", "last step")
    return Line("mode", "train", tip)


def test(snapshot: Snapshot | None) -> Line | None:
    """Figures of the test part, once there are any."""
    if snapshot is None or not snapshot.test:
        return None
    words = ", ".join(
        f"{key.replace('_', ' ')} {value:.6g}" for key, value in snapshot.test.items()
    )
    figures = snapshot.test
    for key, of in (("accuracy", ""), ("token_accuracy", " of tokens")):
        if key in figures:
            share = f"{figures[key]:.1%}".replace("%", " %")
            return Line("test", f"{share}{of}", f"Test part: {words}")
    key, value = next(iter(figures.items()))
    return Line("test", f"{key} {value:.4g}", f"Test part: {words}")


def worker(state: str) -> Line:
    """Whether the NumPy thread works."""
    said = _STATES.get(state, state)
    tip = f"Training runs in a thread of its own, in NumPy: {said}."
    return Line("NumPy worker", said, tip, "", said)


def frame(milliseconds: float | None) -> Line:
    """What one picture of the window costs."""
    if milliseconds is None:
        return Line("", "– ms/frame", "Time to update and paint the window once.")
    tip = (
        f"{milliseconds:.2f} ms to update and paint the window once (mean of the last frames)."
        "\n33 ms is the time between two pictures at 30 a second."
    )
    return Line("", f"{milliseconds:.1f} ms/frame", tip)

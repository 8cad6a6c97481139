"""Frozen copies of a running training for display. Plots and cards know nothing else of it.

Every array is a copy of what the engine computed in the step named by `step`; nothing is computed
again for a picture, except where a field says so.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, Literal

from model.design import Wire
from model.layer import Array, Loss
from model.settings import TrainingSettings
from model.tripwires import Alarm

Want = Literal[
    "histograms", "boundary", "predictions", "codes", "latent", "samples", "parameters", "vitals"
]


@dataclass(frozen=True)
class SnapshotRequest:
    """What the displays want to see. item: position in the batch; neuron: the one followed.

    code_node: whose output the codes and the latent map are about, "" for the node that suits
    best. prompt, temperature: how a text that the model writes begins, and how bold it is.
    parameters_of: the node whose parameters are wanted.
    """

    item: int = 0
    neuron: int = 0
    wants: frozenset[Want] = frozenset()
    code_node: str = ""
    prompt: str = ""
    temperature: float = 0.7
    parameters_of: str = ""


@dataclass(frozen=True)
class NodeView:
    """One node in one step, at its output.

    out: h^(l+1) of the item, in the item's shape. delta: dJ/dh^(l+1) of the item, same shape, None
    where nothing learns from it. delta_rms: root mean square of delta over batch and neurons.
    extras: what `Layer.view` gives; a data set: x, y (the item), index (its row in the set).
    A loss: loss (unweighted), and what its view gives. silence: the `Silence` of its neurons,
    where weights that are exactly 0 have silenced some.
    """

    out: Array | None = None
    delta: Array | None = None
    delta_rms: float | None = None
    extras: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class CurveView:
    """A bounded curve: each point stands for `stride` steps, with their mean, least and greatest.

    steps, mean, low, high: (n,) arrays of one length.
    """

    steps: Array
    mean: Array
    low: Array
    high: Array
    stride: int = 1


@dataclass(frozen=True)
class Histogram:
    """counts: (n_bins,), edges: (n_bins + 1,), in the unit of the values.

    mean, std, zeros, size: of the values themselves; zeros counts those that are exactly 0, size
    all of them. gaps: how many are NaN or infinite and stand in no bin.
    """

    counts: Array
    edges: Array
    mean: float = math.nan
    std: float = math.nan
    zeros: int = 0
    size: int = 0
    gaps: int = 0


@dataclass(frozen=True)
class Boundary:
    """The network in test mode on a grid over the inputs (computed for this picture).

    is_plane: x, y are (n,) axes in raw data units and values (n_y, n_x, k): outputs or
    probabilities. Otherwise a fitted curve: x (n,), values (n, k). points, targets: items of
    the training part in raw units, (m, d) and (m,) or (m, k).
    """

    is_plane: bool
    x: Array
    y: Array
    values: Array
    points: Array
    targets: Array
    classes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Predictions:
    """The newest evaluation of the validation part (training part where there is no validation).

    inputs: (m, ...) raw sample items; outcomes: (m, k) probabilities or values; targets: (m,)
    labels, (m, ...) values in raw units or (m, T) token numbers, negative where none is asked for;
    confusion: (k, k) counts, rows true, columns answered, over the whole part, None where the
    target is no label of the set. part: "validation" or "training"; at_step: when.
    is_reconstruction: the target is the input. answers: (m, T) the likeliest tokens of sequences.
    tokens: how to write token numbers, () where there are none.
    """

    inputs: Array
    outcomes: Array
    targets: Array
    confusion: Array | None
    classes: tuple[str, ...]
    is_picture: bool
    part: str
    at_step: int
    is_reconstruction: bool = False
    answers: Array | None = None
    tokens: tuple[str, ...] = ()


@dataclass(frozen=True)
class Codes:
    """The output of one node over the validation part (training part without one), in test mode.

    points: (m, 2) its first two numbers, of `width` that it has; labels: (m,) the classes of the
    items, None where the set has none. candidates: the nodes that could be shown as well.
    """

    node_id: str
    points: Array
    width: int
    labels: Array | None
    classes: tuple[str, ...]
    part: str
    at_step: int
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True)
class LatentMap:
    """What the rest of the network makes of a grid of codes, in test mode.

    x, y: (g,) the code's two numbers, ascending; pictures: (g, g, ...) rows by y, columns by x, in
    raw units. candidates: the nodes that could be varied as well.
    """

    node_id: str
    x: Array
    y: Array
    pictures: Array
    at_step: int
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sample:
    """What the network wrote behind the prompt. temperature 0: always the likeliest token."""

    prompt: str
    text: str
    temperature: float
    at_step: int
    epoch: int


@dataclass(frozen=True)
class Snapshot:
    """A training as it stood after `step` updates; arrays are those of that step.

    epoch counts from 0; batch_index: batches done of this epoch out of n_batches. loss = data_loss
    + penalty, of the step's own mini-batch. losses: by loss node, unweighted. wires: RMS of delta
    on each wire that carries one. phase_seconds: (forward, backward, update) of this very
    step. curves: "loss", "data_loss" (every step), "val_loss", "accuracy", "val_accuracy" and, of
    sequences, "token_accuracy", "val_token_accuracy" (when evaluated), and "delta:<node id>" (RMS
    at snapshots); where "vitals" are wanted also "dead:", "saturated:" and "update:<node id>", see
    `Vitals`. alarms: the tripwires that are up. test: figures of the test part, once a run has been
    stopped or has ended. split_sizes: (training, validation, test). settings, loss_layers: with
    which the step was computed, however the design has been edited since; None and () where nobody
    says. best: step and validation loss of the best evaluation, where early stopping is on.
    vanished: wires on which nothing passes, as all their weights are exactly 0.
    """

    step: int
    epoch: int
    batch_index: int
    n_batches: int
    item: int
    batch: int
    loss: float
    data_loss: float
    penalty: float
    losses: dict[str, float]
    nodes: dict[str, NodeView]
    wires: dict[Wire, float]
    phase_seconds: tuple[float, float, float]
    steps_per_second: float
    curves: dict[str, CurveView]
    split_sizes: tuple[int, int, int]
    scaling: dict[str, str]
    """What was done to each data set, in words, such as `x scaled to [0, 1]`."""
    seed: int
    test: dict[str, float] = field(default_factory=dict)
    histograms: dict[str, tuple[Histogram, Histogram]] | None = None
    """By `node id.parameter`: (values, gradients)."""
    boundary: Boundary | None = None
    predictions: Predictions | None = None
    codes: Codes | None = None
    latent: LatentMap | None = None
    samples: Sample | None = None
    parameters: dict[str, Array] | None = None
    """Of the node `parameters_of`, by name."""
    parameters_of: str = ""
    settings: TrainingSettings | None = None
    loss_layers: tuple[Loss, ...] = ()
    best: tuple[int, float] | None = None
    vanished: frozenset[Wire] = frozenset()
    newest: int | None = None
    """Of a picture of the past: the step to which the training has come. The curves go there."""
    left: tuple[int, CurveView] | None = None
    """Of a branch: the number of the run beside it, and the loss of that one's own steps."""
    alarms: tuple[Alarm, ...] = ()

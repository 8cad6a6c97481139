"""What the network answers in test mode: to items of the validation part, and on a grid."""

from __future__ import annotations

import math

import numpy as np

from model.evaluating import EVALUATION_BATCH
from model.feeding import Source
from model.graph import NetworkGraph
from model.layer import Array, Workspace
from model.run import Run
from model.snapshot import Boundary, Predictions
from model.trainer import Trainer

GRID = 64
CURVE_POINTS = 200
SAMPLE_ITEMS = 12
MARGIN = 0.1
POINTS_SHOWN = 500


def through(trainer: Trainer, inputs: Array, source_id: str) -> Array:
    """Outcomes of the loss that is shown for prepared inputs (m, ...), in test mode: (m, ...)."""
    found = []
    for start in range(0, len(inputs), EVALUATION_BATCH):
        chunk = inputs[start : start + EVALUATION_BATCH]
        run = trainer.plan.bind(len(chunk), is_training=False)
        run.fill({source_id: {"x": chunk}})
        run.forward()
        found.append(outcome(run))
    return np.concatenate(found)


def outcome(run: Run) -> Array:
    """A copy of what the loss that is shown has been told, (B, ...)."""
    node_id, n = answering(run)
    return np.array(run.layer(node_id).outcome(n))


def answering(run: Run) -> tuple[str, Workspace]:
    """The first loss that compares with a target: a KL divergence has no answer to show."""
    for node_id, n in run.losses:
        if any(port.name == "target" for port in run.layer(node_id).inputs):
            return node_id, n
    return run.losses[0]


def target_port(graph: NetworkGraph, loss_id: str) -> str:
    """The port of the data set that a loss compares with, through layers that only reshape: "x",
    "y", or "" where a network of its own makes the target."""
    entering = graph.wires_into(loss_id, "target")
    while entering:
        wire, layer = entering[0], graph.node(entering[0].source).layer
        if not layer.inputs:
            return wire.source_port
        if not layer.is_view:
            return ""
        entering = graph.wires_into(wire.source)
    return ""


def in_raw_units(source: Source, outcomes: Array, *, is_input: bool = False) -> Array:
    """Values back in the units of the data; what is no value of the target stays as it is."""
    scaler = source.x_scaler if is_input and not source.data.info.x_classes else source.y_scaler
    shape = (source.raw_x if is_input else source.raw_y).shape[1:]
    if scaler is None or outcomes[0].size != math.prod(shape):
        return outcomes
    return np.asarray(scaler.invert(outcomes.reshape(-1, *shape)).reshape(outcomes.shape))


def boundary(trainer: Trainer) -> Boundary | None:
    """None where the inputs are not one or two numbers from a single data set, or where they are
    the target as well."""
    if len(trainer.feeding.sources) != 1:
        return None
    node_id, source = next(iter(trainer.feeding.sources.items()))
    points = source.raw_x[trainer.part("training")[:POINTS_SHOWN]]
    is_few = points.ndim == 2 and points.shape[1] in (1, 2)
    if not is_few or source.data.info.is_sequence:
        return None
    low, high = source.raw_x.min(axis=0), source.raw_x.max(axis=0)
    gap = MARGIN * (high - low)
    counts = GRID if points.shape[1] == 2 else CURVE_POINTS
    axes = [np.linspace(a, b, counts) for a, b in zip(low - gap, high + gap, strict=True)]
    is_plane = len(axes) == 2
    grid = np.stack([a.ravel() for a in np.meshgrid(*axes)], axis=1)
    prepared = np.ascontiguousarray(source.x_scaler.apply(grid), dtype=trainer.dtype)
    answers = through(trainer, prepared, node_id).reshape(len(grid), -1)
    values = in_raw_units(source, answers)
    return Boundary(
        is_plane=is_plane,
        x=axes[0],
        y=axes[1] if is_plane else np.empty(0),
        values=values.reshape(counts, counts, -1) if is_plane else values,
        points=points,
        targets=source.raw_y[trainer.part("training")[:POINTS_SHOWN]],
        classes=source.classes,
    )


def shown_part(trainer: Trainer) -> str:
    """The part that answers are taken from."""
    return "validation" if len(trainer.part("validation")) else "training"


def predictions(trainer: Trainer) -> Predictions | None:
    """None where a second data set feeds the network, or where no data set gives the target."""
    if len(trainer.feeding.sources) != 1:
        return None
    node_id, source = next(iter(trainer.feeding.sources.items()))
    run = trainer.plan.bind(1, is_training=False) if trainer.run is None else trainer.run
    port = target_port(trainer.graph, answering(run)[0])
    if not port:
        return None
    is_input = port == "x" or source.layer.target == "inputs"
    part, classes = shown_part(trainer), () if is_input else source.classes
    indices = trainer.part(part)[: None if classes else SAMPLE_ITEMS]
    found = through(trainer, source.arrays["x"][indices], node_id)
    targets: Array = (source.raw_x if is_input else source.raw_y)[indices]
    info = source.data.info
    are_tokens = bool(info.x_classes if is_input else info.y_classes)
    flat = found.reshape(len(found), -1)
    outcomes = flat if classes or are_tokens else in_raw_units(source, flat, is_input=is_input)
    return Predictions(
        inputs=source.raw_x[indices[:SAMPLE_ITEMS]],
        outcomes=outcomes[:SAMPLE_ITEMS],
        targets=targets[:SAMPLE_ITEMS],
        confusion=_confusion(outcomes, targets, len(classes)) if classes else None,
        classes=classes,
        is_picture=info.is_picture,
        part=part,
        at_step=trainer.step_count,
        is_reconstruction=is_input,
        answers=found[:SAMPLE_ITEMS].argmax(axis=-1) if are_tokens and found.ndim == 3 else None,
        tokens=info.tokens,
    )


def _confusion(outcomes: Array, targets: Array, count: int) -> Array:
    found = np.zeros((count, count), dtype=np.int64)
    answered = _answers(outcomes)
    if answered.max(initial=0) < count:
        np.add.at(found, (targets, answered), 1)
    return found


def _answers(outcomes: Array) -> Array:
    if outcomes.shape[1] == 1:
        return np.asarray((outcomes[:, 0] > 0.5).astype(np.int64))
    return np.asarray(outcomes.argmax(axis=1))

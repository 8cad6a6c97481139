"""Taking snapshots of a trainer: copies of what was computed, made only when a display waits."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from model.feeding import Source
from model.layer import Array, Loss, Workspace
from model.plan import PlanNode
from model.run import Run, without_warnings
from model.snapshot import (
    Boundary,
    Histogram,
    NodeView,
    Predictions,
    Snapshot,
    SnapshotRequest,
)
from model.trainer import Trainer

GRID = 64
CURVE_POINTS = 200
SAMPLE_ITEMS = 12
HISTOGRAM_BINS = 40
MARGIN = 0.1
POINTS_SHOWN = 500


@without_warnings
def take_snapshot(
    trainer: Trainer, request: SnapshotRequest, steps_per_second: float = 0.0
) -> Snapshot:
    """Before the first step the first batch is shown in test mode, without any delta."""
    run = trainer.run if trainer.run is not None else _preview(trainer)
    item = min(request.item, run.batch - 1)
    views = {node.node_id: _view(trainer, run, node, item, request) for node in trainer.plan.nodes}
    for node_id, view in views.items():
        if view.delta_rms is not None and trainer.run is not None:
            curve = trainer.curve(f"delta:{node_id}")
            if curve.last_step != trainer.step_count:
                curve.add(trainer.step_count, view.delta_rms)
    parts = trainer.feeding.parts
    return Snapshot(
        step=trainer.step_count,
        epoch=trainer.epoch,
        batch_index=trainer.batch_index,
        n_batches=trainer.n_batches,
        item=item,
        batch=run.batch,
        loss=trainer.loss,
        data_loss=trainer.data_loss,
        penalty=trainer.penalty,
        losses={node_id: n.loss for node_id, n in run.losses} if trainer.run else {},
        nodes=views,
        wires=_wire_deltas(trainer, run),
        phase_seconds=trainer.phase_seconds,
        steps_per_second=steps_per_second,
        curves={name: curve.view() for name, curve in trainer.curves.items()},
        split_sizes=(len(parts.train), len(parts.validation), len(parts.test)),
        scaling={key: found.described() for key, found in trainer.feeding.sources.items()},
        seed=trainer.settings.seed,
        test=dict(trainer.test_figures),
        histograms=_histograms(trainer) if "histograms" in request.wants else None,
        boundary=_boundary(trainer) if "boundary" in request.wants else None,
        predictions=_predictions(trainer) if "predictions" in request.wants else None,
    )


def _preview(trainer: Trainer) -> Run:
    """The first items of the training part through the present network, in test mode."""
    indices = trainer.part("training")[: trainer.batch_size]
    run = trainer.plan.bind(len(indices), is_training=False)
    run.load(trainer.feeding.arrays(), indices)
    run.forward()
    trainer.indices = indices
    return run


def _rms(delta: Array) -> float:
    flat = delta.reshape(-1)
    return math.sqrt(float(np.dot(flat, flat)) / max(flat.size, 1))


def _view(
    trainer: Trainer, run: Run, node: PlanNode, item: int, request: SnapshotRequest
) -> NodeView:
    n = run.at[node.node_id]
    extras = node.layer.view(n, item, request.neuron)
    if node.node_id in trainer.feeding.sources:
        extras |= _source_extras(trainer.feeding.sources[node.node_id], trainer.indices, item)
    if isinstance(node.layer, Loss):
        return NodeView(extras={"loss": n.loss, "prediction": _copy(n.h[item]), **extras})
    delta = n.delta_out if run.is_training else None
    return NodeView(
        out=_copy(n.out[item]),
        delta=None if delta is None else _copy(delta[item]),
        delta_rms=None if delta is None else _rms(delta),
        extras=extras,
    )


def _copy(values: Array) -> Array:
    copied = np.array(values)
    copied.flags.writeable = False
    return copied


def _source_extras(source: Source, indices: Array, item: int) -> dict[str, Any]:
    """x, y: the item in raw units; index: its row in the set."""
    index = int(indices[min(item, len(indices) - 1)])
    x = source.data.x[index]
    x = x[list(source.columns)] if source.columns else x.copy()
    return {"x": x, "y": source.raw_y[index].copy(), "index": index}


def _wire_deltas(trainer: Trainer, run: Run) -> dict[Any, float]:
    if not run.is_training:
        return {}
    found = {}
    for node in trainer.plan.nodes:
        n: Workspace = run.at[node.node_id]
        for wire, delta in zip(node.wires, n.deltas, strict=True):
            if delta is not None:
                found[wire] = _rms(delta)
    return found


def _histograms(trainer: Trainer) -> dict[str, tuple[Histogram, Histogram]]:
    plan = trainer.plan
    return {
        f"{node_id}.{name}": (
            _histogram(plan.parameter(node_id, name)),
            _histogram(plan.gradient(node_id, name)),
        )
        for node_id, name in plan.slices
    }


def _histogram(values: Array) -> Histogram:
    finite = values[np.isfinite(values)].astype(np.float64)
    if not finite.size:
        return Histogram(
            np.zeros(1, dtype=np.int64), np.array([0.0, 1.0]), size=values.size, gaps=values.size
        )
    return Histogram(
        *np.histogram(finite, bins=HISTOGRAM_BINS, range=_range(finite)),
        mean=float(finite.mean()),
        std=float(finite.std()),
        zeros=int(np.count_nonzero(finite == 0)),
        size=values.size,
        gaps=values.size - finite.size,
    )


def _range(values: Array) -> tuple[float, float]:
    """Least and greatest value; wider where nearly all are one, so that bins can be told apart."""
    low, high = float(values.min()), float(values.max())
    size = max(abs(low), abs(high))
    if high - low > 1e-9 * size:
        return low, high
    gap = max(0.5, 1e-3 * size)
    return low - gap, high + gap


def _through(trainer: Trainer, inputs: Array, source_id: str) -> Array:
    """Outcomes of the loss that is shown for prepared inputs (m, ...), in test mode: (m, k)."""
    found = []
    for start in range(0, len(inputs), 512):
        chunk = inputs[start : start + 512]
        run = trainer.plan.bind(len(chunk), is_training=False)
        run.fill({source_id: {"x": chunk}})
        run.forward()
        node_id, n = _answering(run)
        found.append(np.array(run.layer(node_id).outcome(n)).reshape(len(chunk), -1))
    return np.concatenate(found)


def _answering(run: Run) -> tuple[str, Workspace]:
    """The first loss that compares with a target: a KL divergence has no answer to show."""
    for node_id, n in run.losses:
        if any(port.name == "target" for port in run.layer(node_id).inputs):
            return node_id, n
    return run.losses[0]


def _boundary(trainer: Trainer) -> Boundary | None:
    """None where the inputs are not one or two numbers from a single data set."""
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
    values = _raw(source, _through(trainer, prepared, node_id))
    return Boundary(
        is_plane=is_plane,
        x=axes[0],
        y=axes[1] if is_plane else np.empty(0),
        values=values.reshape(counts, counts, -1) if is_plane else values,
        points=points,
        targets=source.raw_y[trainer.part("training")[:POINTS_SHOWN]],
        classes=source.classes,
    )


def _raw(source: Source, outcomes: Array) -> Array:
    """Regression values back in the units of the data."""
    shape = source.raw_y.shape[1:]
    if source.y_scaler is None or outcomes[0].size != math.prod(shape):
        return outcomes
    return np.asarray(source.y_scaler.invert(outcomes.reshape(-1, *shape)).reshape(outcomes.shape))


def _predictions(trainer: Trainer) -> Predictions | None:
    """None where a second data set feeds the network."""
    if len(trainer.feeding.sources) != 1:
        return None
    node_id, source = next(iter(trainer.feeding.sources.items()))
    part = "validation" if len(trainer.part("validation")) else "training"
    classes = source.classes
    indices = trainer.part(part)[: None if classes else SAMPLE_ITEMS]
    outcomes = _raw(source, _through(trainer, source.arrays["x"][indices], node_id))
    targets: Array = source.raw_y[indices]
    confusion = None
    if classes:
        answered = _answers(outcomes)
        confusion = np.zeros((len(classes), len(classes)), dtype=np.int64)
        if answered.max(initial=0) < len(classes):
            np.add.at(confusion, (targets, answered), 1)
    shown = indices[:SAMPLE_ITEMS]
    return Predictions(
        inputs=source.raw_x[shown],
        outcomes=outcomes[:SAMPLE_ITEMS],
        targets=targets[:SAMPLE_ITEMS],
        confusion=confusion,
        classes=classes,
        is_picture=source.data.info.is_picture,
        part=part,
        at_step=trainer.step_count,
    )


def _answers(outcomes: Array) -> Array:
    if outcomes.shape[1] == 1:
        return np.asarray((outcomes[:, 0] > 0.5).astype(np.int64))
    return np.asarray(outcomes.argmax(axis=1))

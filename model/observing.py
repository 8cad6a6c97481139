"""Taking snapshots of a trainer: copies of what was computed, made only when a display waits."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from model.answering import boundary, predictions
from model.best_step import best_step
from model.codes import codes, latent_map
from model.errors import DesignError
from model.feeding import Source
from model.generation import sample
from model.graph import NetworkGraph
from model.layer import Array, Loss, Workspace
from model.plan import PlanNode
from model.run import Run, without_warnings
from model.snapshot import Histogram, NodeView, Snapshot, SnapshotRequest
from model.trainer import Trainer
from model.vanishing import vanished
from model.vitals import rms

HISTOGRAM_BINS = 40
VITAL_CURVES = ("dead:", "saturated:", "update:")
"""How the names of curves begin that are copied only where the vital signs are wanted."""


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
    if trainer.run is not None and trainer.vitals.is_ready:
        trainer.look()
    parts = trainer.feeding.parts
    gone = vanished(trainer.plan)
    for node_id, silence in gone.silent.items():
        views[node_id].extras["silence"] = silence
    wants = request.wants
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
        curves={
            name: curve.view()
            for name, curve in trainer.curves.items()
            if "vitals" in wants or not name.startswith(VITAL_CURVES)
        },
        split_sizes=(len(parts.train), len(parts.validation), len(parts.test)),
        scaling={key: found.described() for key, found in trainer.feeding.sources.items()},
        seed=trainer.settings.seed,
        test=dict(trainer.test_figures),
        histograms=_histograms(trainer) if "histograms" in wants else None,
        boundary=boundary(trainer) if "boundary" in wants else None,
        predictions=predictions(trainer) if "predictions" in wants else None,
        codes=codes(trainer, request.code_node) if "codes" in wants else None,
        latent=latent_map(trainer, request.code_node) if "latent" in wants else None,
        samples=sample(trainer, request.prompt, request.temperature)
        if "samples" in wants
        else None,
        parameters=_parameters(trainer, request.parameters_of) if "parameters" in wants else None,
        parameters_of=request.parameters_of,
        settings=trainer.stepped.training,
        loss_layers=loss_layers(trainer.stepped),
        best=best_step(trainer),
        vanished=gone.wires,
        alarms=trainer.tripwires.alarms,
    )


def loss_layers(graph: NetworkGraph) -> tuple[Loss, ...]:
    """Whose weighted sum the data term of J is."""
    layers = (node.layer for node in graph.nodes.values())
    return tuple(layer for layer in layers if isinstance(layer, Loss))


def _preview(trainer: Trainer) -> Run:
    """The first items of the training part through the present network, in test mode."""
    indices = trainer.part("training")[: trainer.batch_size]
    run = trainer.plan.bind(len(indices), is_training=False)
    run.load(trainer.feeding.arrays(), indices)
    try:
        run.forward()
    except DesignError as fault:  # a formula fails at its values, which the design tells by itself
        _forget_from(run, fault.node_id)
    trainer.indices = indices
    return run


def _forget_from(run: Run, node_id: str | None) -> None:
    """NaN for what this node and all after it would have computed."""
    keys = [n.node_id for _, n in run.forward_operations]
    first = keys.index(node_id) if node_id in keys else 0
    for _, n in run.forward_operations[first:]:
        for out in n.outs.values():
            if out.dtype.kind == "f":
                out.fill(math.nan)


def _parameters(trainer: Trainer, node_id: str) -> dict[str, Array] | None:
    """None where the node is gone."""
    return trainer.parameters(node_id) if node_id in trainer.graph else None


def _view(
    trainer: Trainer, run: Run, node: PlanNode, item: int, request: SnapshotRequest
) -> NodeView:
    n = run.at[node.node_id]
    extras = node.layer.view(n, item, request.neuron)
    if node.node_id in trainer.feeding.sources:
        extras |= source_extras(trainer.feeding.sources[node.node_id], trainer.indices, item)
    if isinstance(node.layer, Loss):
        return NodeView(extras={"loss": n.loss, "prediction": _copy(n.h[item]), **extras})
    delta = n.delta_out if run.is_training else None
    return NodeView(
        out=_copy(n.out[item]),
        delta=None if delta is None else _copy(delta[item]),
        delta_rms=None if delta is None else rms(delta),
        extras=extras,
    )


def _copy(values: Array) -> Array:
    copied = np.array(values)
    copied.flags.writeable = False
    return copied


def source_extras(source: Source, indices: Array, item: int) -> dict[str, Any]:
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
                found[wire] = rms(delta)
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

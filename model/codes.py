"""Codes: the output of a narrow node over many items, and what the network makes of a grid."""

from __future__ import annotations

import numpy as np

from model.answering import answering, in_raw_units, shown_part, target_port
from model.evaluating import EVALUATION_BATCH
from model.generation import cut_off, run_from
from model.layer import Array, Loss, Source
from model.layers.sampling import Sampling
from model.run import without_warnings
from model.snapshot import Codes, LatentMap
from model.trainer import Trainer

MOST_ITEMS = 1000
GRID = 12
REACH = 0.02
"""Share of the codes left out at each end of the latent map's axes."""


def candidates(trainer: Trainer) -> tuple[str, ...]:
    """Nodes whose output is a vector of two numbers or more, in the order of computation."""
    return tuple(
        node.node_id
        for node in trainer.plan.nodes
        if not isinstance(node.layer, Source | Loss)
        and all(len(spec.shape) == 1 and not spec.classes for spec in node.outputs.values())
        and next(iter(node.outputs.values())).size >= 2
    )


def best_of(trainer: Trainer, found: tuple[str, ...]) -> str:
    """The node that samples the code, else the last of the narrowest ones; "" where none is."""
    nodes = trainer.plan.by_id
    sampled = [key for key in found if isinstance(nodes[key].layer, Sampling)]
    if sampled or not found:
        return sampled[-1] if sampled else ""
    widths = {key: next(iter(nodes[key].outputs.values())).size for key in found}
    return [key for key in found if widths[key] == min(widths.values())][-1]


@without_warnings
def output_of(trainer: Trainer, node_id: str, indices: Array) -> Array:
    """The node's output for these items in test mode, (m, n)."""
    found = []
    for start in range(0, len(indices), EVALUATION_BATCH):
        chunk = indices[start : start + EVALUATION_BATCH]
        run = trainer.plan.bind(len(chunk), is_training=False)
        run.load(trainer.feeding.arrays(), chunk)
        run.forward()
        found.append(np.array(run.at[node_id].out))
    return np.concatenate(found)


def codes(trainer: Trainer, node_id: str = "") -> Codes | None:
    """None where no node gives a vector."""
    found = candidates(trainer)
    chosen = node_id if node_id in found else best_of(trainer, found)
    if not chosen:
        return None
    part = shown_part(trainer)
    indices = trainer.part(part)[:MOST_ITEMS]
    values = output_of(trainer, chosen, indices)
    sources = trainer.feeding.sources.values()
    labelled = next((source for source in sources if source.data.info.classes), None)
    return Codes(
        node_id=chosen,
        points=values[:, :2].copy(),
        width=values.shape[1],
        labels=None if labelled is None else labelled.data.y[indices],
        classes=() if labelled is None else labelled.data.info.classes,
        part=part,
        at_step=trainer.step_count,
        candidates=found,
    )


def latent_map(trainer: Trainer, node_id: str = "") -> LatentMap | None:
    """None where the network does not make its input again out of a code of two numbers."""
    if len(trainer.feeding.sources) != 1:
        return None
    source = next(iter(trainer.feeding.sources.values()))
    loss_id = answering(trainer.plan.bind(1, is_training=False))[0]
    port = target_port(trainer.graph, loss_id)
    is_remade = port == "x" or (port == "y" and source.layer.target == "inputs")
    if not is_remade or not source.data.info.is_picture:
        return None
    nodes = trainer.plan.by_id
    found = tuple(
        key
        for key in candidates(trainer)
        if next(iter(nodes[key].outputs.values())).size == 2 and cut_off(trainer, key)
    )
    chosen = node_id if node_id in found else best_of(trainer, found)
    if not chosen:
        return None
    seen = output_of(trainer, chosen, trainer.part(shown_part(trainer))[:MOST_ITEMS])
    axes = [_axis(seen[:, column]) for column in (0, 1)]
    grid = np.stack([axis.ravel() for axis in np.meshgrid(*axes)], axis=1)
    made = run_from(trainer, chosen, grid.astype(trainer.dtype)).reshape(len(grid), -1)
    shape = source.raw_x.shape[1:]
    if made.shape[1] != np.prod(shape):
        return None
    pictures = in_raw_units(source, made, is_input=True).reshape(GRID, GRID, *shape)
    return LatentMap(chosen, axes[0], axes[1], pictures, trainer.step_count, found)


def _axis(values: Array) -> Array:
    """Even steps over nearly all of the values, or around the one that they all have."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        return np.linspace(-1.0, 1.0, GRID)
    low, high = (float(end) for end in np.quantile(finite, (REACH, 1 - REACH)))
    if high - low < 1e-6:
        low, high = low - 1.0, high + 1.0
    return np.linspace(low, high, GRID)

"""What the cards of a computation graph show where no training has computed it (yet)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from model.design import Wire
from model.dry_run import DryRun, dry_run
from model.expressions import DomainError
from model.graph import NetworkGraph
from model.layer import Array, Layer
from model.layers.scalar import Function, Goal, Variable
from model.snapshot import NodeView, Snapshot

if TYPE_CHECKING:
    from gui.canvas.scene import CanvasScene

_KINDS = (Variable, Function, Goal)
Essence = tuple[dict[str, Layer], tuple[Wire, ...]]


class DryValues:
    """Numbers of the design as it is drawn now: before a run, while something is still missing, and
    between an edit and the first snapshot that knows of it."""

    def __init__(self, scene: CanvasScene) -> None:
        self._scene = scene
        self._views: dict[str, NodeView] = {}
        self._essence: Essence = ({}, ())
        self._theta: dict[str, tuple[Layer, Array]] = {}
        """Trained values by node, each with the variable as it was when they were seen."""
        self._is_ahead = False
        """The design is newer than the snapshot."""

    def refresh(self) -> bool:
        """After an edit; True where other numbers are to be shown."""
        graph = self._scene.document.graph
        layers = {
            k: node.layer for k, node in graph.nodes.items() if isinstance(node.layer, _KINDS)
        }
        essence = (layers, tuple(graph.wires()) if layers else ())
        if essence == self._essence:
            return False
        self._essence = essence
        self._is_ahead = True
        self._compute()
        return True

    def hear(self, snapshot: Snapshot | None) -> None:
        """A new snapshot, or none any more."""
        if not self._essence[0]:
            return
        self._is_ahead = not self._scene.document.inference.can_run
        if snapshot is None:
            self._theta = {}
        elif not self._is_ahead:
            views = (
                (key, layer, snapshot.nodes.get(key)) for key, layer in self._essence[0].items()
            )
            self._theta = {
                key: (layer, view.extras["theta"])
                for key, layer, view in views
                if view is not None and "theta" in view.extras
            }
            return
        self._compute()

    def _compute(self) -> None:
        graph, layers = self._scene.document.graph, self._essence[0]
        theta = {k: value for k, (seen, value) in self._theta.items() if layers.get(k) == seen}
        run = dry_run(graph, self._scene.document.inference, theta)
        self._views = {
            key: NodeView(extras={"why": why, "refused": _refused(run, key)})
            for key, why in _reasons(graph, run).items()
        }
        for key, value in run.values.items():
            if isinstance(layers.get(key), Goal):
                self._views[key] = NodeView(extras={"loss": float(np.reshape(value, ()))})
            else:
                self._views[key] = NodeView(out=value, extras={"inputs": run.inputs.get(key, {})})

    def view(self, node_id: str, live: NodeView | None) -> NodeView | None:
        """What a card shows: the newer of the snapshot's view and of what was computed here."""
        if live is not None and (not self._is_ahead or self._scene.live.is_held):
            return live
        if node_id in self._essence[0] and self._is_ahead:
            return self._views.get(node_id)
        return self._views.get(node_id, live)


def _refused(run: DryRun, key: str) -> float | None:
    """The number for which a formula is not defined."""
    fault = run.faults.get(key)
    return fault.value if isinstance(fault, DomainError) else None


def _reasons(graph: NetworkGraph, run: DryRun) -> dict[str, str]:
    """Why a card shows no number, by node."""
    found = {key: str(fault) for key, fault in run.faults.items()}
    for key, source in run.waits.items():
        if not source:
            found[key] = f"{graph.node(key).title} has an input without a wire."
        elif isinstance(graph.node(source).layer, _KINDS):
            layer = graph.node(source).layer
            is_random = isinstance(layer, Variable) and layer.is_random
            said = "starts at random: press Run or Step" if is_random else "has no value"
            found[key] = f"{graph.node(source).title} {said}."
    return found

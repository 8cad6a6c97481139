"""What a walk shows at one point: made on the training thread, read by the window."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from model.analysis.rehearsal import Rehearsal, next_batch
from model.design import Wire
from model.errors import DesignError
from model.layer import Array, Loss
from model.observing import loss_layers, source_extras, take_snapshot
from model.snapshot import NodeView, Snapshot, SnapshotRequest
from model.teaching.describing import OperationView
from model.teaching.impossible import Impossible
from model.teaching.operations import Phase, StepInfo
from model.teaching.walkthrough import NodeNumbers, Walkthrough
from model.trainer import Trainer

FULL_BAR = 97.5
"""Percentile of |delta| over all cards that fills half a trough, as while training."""


@dataclass(frozen=True)
class Moment:
    """A walk after `position` of its `operations`; all arrays are copies.

    item: the one that is looked at, None: the whole batch, of `batch` items. step: of the training
    that is rehearsed, from 1. numbers: by node, of the item or the batch. snapshot: the same for
    the cards, of `snapshot.item`. loss: the data term of J, None before it is known. impossible:
    the next operation has been tried, and cannot be done. view: what there is to say about the
    operation where the walk stands; None at the start, or until `is_described`. entering:
    by node, its wires in the order of `NodeNumbers.passed`. hearing, carrying: the nodes to which,
    and the wires down which, a delta comes in this step. delta_size: of a full bar, 0 before the
    backward phase.
    """

    operations: tuple[StepInfo, ...]
    position: int
    phase: Phase
    item: int | None
    batch: int
    step: int
    loss: float | None
    numbers: dict[str, NodeNumbers]
    snapshot: Snapshot
    impossible: Impossible | None = None
    view: OperationView | None = None
    is_described: bool = False
    ticket: int = 0
    breakpoints: frozenset[str] = field(default_factory=frozenset)
    entering: Mapping[str, tuple[Wire, ...]] = field(default_factory=dict)
    hearing: frozenset[str] = field(default_factory=frozenset)
    carrying: frozenset[Wire] = field(default_factory=frozenset)
    delta_size: float = 0.0

    @property
    def last(self) -> StepInfo | None:
        """The operation where the walk stands: done last, or tried and found impossible."""
        if self.impossible is not None:
            return self.impossible.info
        return self.operations[self.position - 1] if self.position else None

    @property
    def next(self) -> StepInfo | None:
        """None at the end, and where nothing can follow."""
        is_over = self.impossible is not None or self.is_at_end
        return None if is_over else self.operations[self.position]

    @property
    def is_at_end(self) -> bool:
        return self.position >= len(self.operations)

    @property
    def shown_phase(self) -> Phase:
        """That of the operation done last; at the start, of the first."""
        return self.last.phase if self.last is not None else self.phase


class Walker:
    """A walk and what is known of its nodes, kept up to date. Lives on the training thread.

    item: as in `Walkthrough`; one that the batch does not have becomes its last. shown: the item
    that the cards show while the whole batch is looked at. neuron: the one that is followed. step:
    of the trainer, but with a fault in it; None: as the trainer would do it.
    """

    def __init__(
        self,
        trainer: Trainer,
        item: int | None,
        neuron: int,
        shown: int = 0,
        step: Rehearsal | None = None,
    ) -> None:
        indices = next_batch(trainer)
        last = len(indices) - 1 if trainer.feeding.sources else 0
        item = None if item is None else min(item, last)
        self.walk = Walkthrough(trainer if step is None else step, item)
        self.step = trainer.step_count + 1
        chosen = min(shown, last) if item is None else item
        self._request = SnapshotRequest(item=chosen, neuron=neuron)
        self._base = take_snapshot(trainer, self._request)
        self._penalty = trainer.penalty_now()
        self._trainer, self._indices = trainer, indices
        self._find_sources()
        nodes = self.walk.rehearsal.plan.nodes
        self._entering = {node.node_id: node.wires for node in nodes}
        run = self.walk.rehearsal.run
        self._hearing = frozenset(k for k in self._entering if run.at[k].delta_out is not None)
        self._carrying = frozenset(
            wire
            for node in nodes
            for wire, carries in zip(node.wires, node.carries, strict=True)
            if carries and node.hears_delta
        )
        self._delta_size = 0.0
        self._numbers: dict[str, NodeNumbers] = {}
        self._views: dict[str, NodeView] = {}
        self._rms: dict[Wire, float] = {}
        self.look_again()

    def _find_sources(self) -> None:
        self._sources = {
            key: source_extras(source, self._indices, self._request.item)
            for key, source in self._trainer.feeding.sources.items()
        }

    def done(self, *moved: StepInfo | None) -> None:
        """These operations have been done or undone: look at what they have changed."""
        changed = {info.node_id for info in moved if info is not None and info.node_id}
        if any(info is not None and not info.node_id for info in moved):  # of the whole network
            plan = self.walk.rehearsal.plan
            changed |= {node.node_id for node in plan.nodes if node.parameters}
        phases = {info.phase for info in moved if info is not None}
        below = set()
        if "backward" in phases:
            below = {wire.source for key in changed for wire in self._entering[key]}
        self._refresh(changed | below)

    def look_again(self) -> None:
        """Many operations were done at once."""
        self._refresh(set(self._entering))

    def follow(self, neuron: int, shown: int) -> None:
        """Another neuron, and another item on the cards where the whole batch is looked at."""
        if self.walk.item is not None:
            shown = self.walk.item
        item = min(shown, self.walk.rehearsal.batch - 1)
        self._request = replace(self._request, neuron=neuron, item=item)
        self._find_sources()
        self._views = {key: self._view(key) for key in self._views}

    def _refresh(self, keys: set[str]) -> None:
        for key in keys:
            found = self._numbers[key] = self.walk.numbers(key)
            self._views[key] = self._view(key)
            for wire, delta in zip(self._entering[key], found.passed, strict=True):
                if delta is not None and delta.size:
                    self._rms[wire] = float((delta**2).mean() ** 0.5)
                else:
                    self._rms.pop(wire, None)
        if not self._delta_size and self._rms:
            self._delta_size = self._find_delta_size()

    def _find_delta_size(self) -> float:
        """One scale for all bars from the first delta on, out of the step's own end."""
        item = self._request.item
        try:
            run = self.walk.whole.run
        except DesignError:  # a formula has no slope at its value; the walk tells it when it comes
            return 0.0
        parts = [np.abs(run.at[key].delta_out[item]).ravel() for key in self._hearing]
        values = np.concatenate(parts) if parts else np.zeros(0)
        values = values[np.isfinite(values) & (values > 0)]
        return float(np.percentile(values, FULL_BAR)) if values.size else 0.0

    def _view(self, key: str) -> NodeView:
        """The node as its card shows it, of one item; nothing that is not computed yet."""
        found = self._numbers[key]
        if found.out is None:
            return NodeView()
        item, neuron = self._request.item, self._request.neuron
        node, n = self.walk.rehearsal.plan.by_id[key], self.walk.rehearsal.run.at[key]
        extras = node.layer.view(n, item, neuron)
        if isinstance(node.layer, Loss):
            return NodeView(extras={"loss": n.loss, "prediction": n.h[item].copy(), **extras})
        return NodeView(
            out=self._of_item(found.out),
            delta=None if found.delta is None else self._of_item(found.delta),
            extras={**extras, **self._sources.get(key, {})},
        )

    def _of_item(self, values: Array) -> Array:
        return values if self.walk.item is not None else values[self._request.item]

    def moment(self, ticket: int) -> Moment:
        """What there is now, without words."""
        walk = self.walk
        return Moment(
            operations=walk.operations,
            position=walk.position,
            phase=walk.phase,
            item=walk.item,
            batch=walk.rehearsal.batch,
            step=self.step,
            loss=walk.loss,
            impossible=walk.impossible,
            numbers=dict(self._numbers),
            snapshot=self._snapshot(walk.loss),
            ticket=ticket,
            breakpoints=frozenset(walk.breakpoints),
            entering=self._entering,
            hearing=self._hearing,
            carrying=self._carrying,
            delta_size=self._delta_size,
        )

    def _snapshot(self, loss: float | None) -> Snapshot:
        """The training's own, with the numbers of this step; J is NaN before it is known."""
        losses = self.walk.rehearsal.run.losses if loss is not None else []
        data_loss = math.nan if loss is None else loss
        return replace(
            self._base,
            step=self.step,
            item=self._request.item,
            batch=self.walk.rehearsal.batch,
            loss=data_loss + self._penalty,
            data_loss=data_loss,
            penalty=self._penalty,
            settings=self._trainer.settings,
            loss_layers=loss_layers(self._trainer.graph),
            losses={key: n.loss for key, n in losses},
            nodes=dict(self._views),
            wires=dict(self._rms),
        )

"""What a walk shows at one point: made on the training thread, read by the window."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from model.analysis.rehearsal import next_batch
from model.graph import Wire
from model.layer import Array, Loss
from model.observing import source_extras, take_snapshot
from model.snapshot import NodeView, Snapshot, SnapshotRequest
from model.teaching.describing import OperationView
from model.teaching.operations import Phase, StepInfo
from model.teaching.walkthrough import NodeNumbers, Walkthrough
from model.trainer import Trainer


@dataclass(frozen=True)
class Moment:
    """A walk after `position` of its `operations`; all arrays are copies.

    item: the one that is looked at, None: the whole batch, of `batch` items. step: of the training
    that is rehearsed, from 1. numbers: by node, of the item or the batch. snapshot: the same for
    the cards, of `snapshot.item`. loss: the data term of J, None before it is known. view: what
    there is to say about the last operation; None at the start, or until `is_described`.
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
    view: OperationView | None = None
    is_described: bool = False
    ticket: int = 0
    breakpoints: frozenset[str] = field(default_factory=frozenset)

    @property
    def last(self) -> StepInfo | None:
        return self.operations[self.position - 1] if self.position else None

    @property
    def next(self) -> StepInfo | None:
        return self.operations[self.position] if self.position < len(self.operations) else None

    @property
    def is_at_end(self) -> bool:
        return self.position >= len(self.operations)


class Walker:
    """A walk and what is known of its nodes, kept up to date. Lives on the training thread."""

    def __init__(self, trainer: Trainer, item: int | None, neuron: int) -> None:
        self.walk = Walkthrough(trainer, item)
        self.step = trainer.step_count + 1
        self._request = SnapshotRequest(item=item or 0, neuron=neuron)
        self._base = take_snapshot(trainer, self._request)
        indices, chosen = next_batch(trainer), self._request.item
        self._sources = {
            key: source_extras(source, indices, chosen)
            for key, source in trainer.feeding.sources.items()
        }
        self._numbers: dict[str, NodeNumbers] = {}
        self._views: dict[str, NodeView] = {}
        self._refresh(set(self.walk.rehearsal.plan.by_id))

    def done(self, *moved: StepInfo | None) -> None:
        """These operations have been done or undone: look at what they have changed."""
        plan = self.walk.rehearsal.plan
        if any(info is not None and info.phase == "update" for info in moved):
            return
        changed = {info.node_id for info in moved if info is not None and info.node_id}
        below = {wire.source for key in changed for wire in plan.by_id[key].wires}
        self._refresh(changed | below)

    def look_again(self) -> None:
        """Many operations were done at once."""
        self._refresh(set(self.walk.rehearsal.plan.by_id))

    def _refresh(self, keys: set[str]) -> None:
        for key in keys:
            self._numbers[key] = self.walk.numbers(key)
            self._views[key] = self._view(key)

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
        snapshot = replace(
            self._base,
            item=self._request.item,
            batch=walk.rehearsal.batch,
            nodes=dict(self._views),
            wires=self._wire_deltas(),
        )
        return Moment(
            operations=walk.operations,
            position=walk.position,
            phase=walk.phase,
            item=walk.item,
            batch=walk.rehearsal.batch,
            step=self.step,
            loss=walk.loss,
            numbers=dict(self._numbers),
            snapshot=snapshot,
            ticket=ticket,
            breakpoints=frozenset(walk.breakpoints),
        )

    def _wire_deltas(self) -> dict[Wire, float]:
        """The root mean square of what has been passed down each wire so far."""
        found: dict[Wire, float] = {}
        for key, numbers in self._numbers.items():
            wires = self.walk.rehearsal.plan.by_id[key].wires
            for wire, delta in zip(wires, numbers.passed, strict=True):
                if delta is not None and delta.size:
                    found[wire] = float((delta**2).mean() ** 0.5)
        return found

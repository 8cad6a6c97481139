"""A training step, walked through forwards and backwards, operation by operation.

Forward, backward, update: each operation is the engine's own, on copies of the arrays, so that the
training stays untouched and the numbers are exactly those of its next step.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from model.analysis.memory import Memory
from model.analysis.rehearsal import Rehearsal, rehearse
from model.errors import DesignError
from model.graph import NetworkGraph
from model.layer import Array, Loss
from model.run import without_warnings
from model.teaching.impossible import Impossible, overflown, refused
from model.teaching.number_style import PLAIN, NumberStyle
from model.teaching.operations import Kind, Optimising, Phase, Step, StepInfo, list_steps
from model.trainer import Trainer
from model.updating import Updater

if TYPE_CHECKING:
    from model.teaching.describing import OperationView

MOST_BYTES = 64 * 2**20
"""Copies that are kept for going back; further back the step is done again from its start."""


@dataclass(frozen=True)
class NodeNumbers:
    """What is known of a node at this point of the walk, of the chosen item or of the whole batch.

    None: not computed yet. out: its output (of a loss its value over the batch). delta: what
    arrives. passed: by wire, in their order. grads: dJ/dparameter, over the batch; empty before.
    """

    out: Array | None
    delta: Array | None
    passed: tuple[Array | None, ...]
    grads: dict[str, Array]


class Walkthrough:
    """The next step of a trainer, or the first of a design, done one operation at a time.

    item: the item of the batch that is looked at, None: all of them. operations: the whole step.
    position: how many have been done. impossible: the next one has been tried, and cannot be done.
    breakpoints: ids of nodes after whose operations a run stops.
    dtype: None: that of the trainer, float64 for a design.

    Raises: DesignError where the design cannot run, DataError, FieldError for an item that is not
    there.
    """

    def __init__(
        self,
        subject: Trainer | NetworkGraph | Rehearsal,
        item: int | None = 0,
        *,
        dtype: Any = None,
    ) -> None:
        if isinstance(subject, NetworkGraph):
            subject = Trainer(subject, dtype=np.float64 if dtype is None else dtype)
        self.rehearsal = rehearse(subject, dtype=dtype)
        if item is not None:
            self.rehearsal.check_item(item)
        self.item = item
        self.breakpoints: set[str] = set()
        updater = Updater(self.rehearsal.plan, self.rehearsal.graph.training)
        t = 0
        if isinstance(subject, Trainer):
            t = subject.step_count
            updater.count = subject.updater.count
            updater.reductions = subject.updater.reductions
            updater.slots[...] = subject.updater.slots
        self.optimising = Optimising(self.rehearsal, updater, t)
        self._whole: Rehearsal | None = None
        self._fresh: Rehearsal | None = None
        self._record: deque[tuple[int, Memory]] = deque()
        self.begin()

    def begin(self) -> None:
        """Back to before the first operation."""
        self.rehearsal.begin()
        self.optimising.begin()
        self.steps: list[Step] = list_steps(self.rehearsal, self.optimising)
        self.operations: tuple[StepInfo, ...] = tuple(step.info for step in self.steps)
        self._places = _places_of(self.operations)
        self.position = 0
        self.impossible: Impossible | None = None
        self._record.clear()
        self._recorded_bytes = 0

    # where we are

    @property
    def last(self) -> StepInfo | None:
        """The operation that was done last."""
        return self.operations[self.position - 1] if self.position else None

    @property
    def next(self) -> StepInfo | None:
        return None if self.is_at_end else self.operations[self.position]

    @property
    def is_at_end(self) -> bool:
        return self.position >= len(self.operations)

    @property
    def phase(self) -> Phase:
        """That of the next operation; at the end, of the last."""
        following = self.next
        return self.operations[-1].phase if following is None else following.phase

    @property
    def loss(self) -> float | None:
        """The data term of J; None before the forward phase is done."""
        if self.position < self._end_of("forward"):
            return None
        run = self.rehearsal.run
        return sum(run.layer(key).weight * n.loss for key, n in run.losses)

    @property
    def whole(self) -> Rehearsal:
        """The same step done to its end of the backward phase, on arrays of its own."""
        if self._whole is None:
            whole = self.rehearsal.twin()
            whole.there_and_back()
            self._whole = whole
        return self._whole

    @property
    def fresh(self) -> Rehearsal:
        """The same step before its start: what an array holds there, it holds always."""
        if self._fresh is None:
            self._fresh = self.rehearsal.twin()
        return self._fresh

    def _end_of(self, phase: Phase) -> int:
        """The position at which the phase is done."""
        return next((1 + k.index for k in reversed(self.operations) if k.phase == phase), 0)

    def is_done(self, node_id: str, kind: Kind) -> bool:
        """Whether this operation of the node lies behind us; False where it has none."""
        return self._places.get(node_id, {}).get(kind, self.position) < self.position

    # moving

    @without_warnings
    def forward(self) -> StepInfo | None:
        """Do one operation. Returns it, or None at the end. Raises: DomainError where it cannot be
        done, or gives infinity or NaN; the walk then stands where it stood, with `impossible`."""
        if self.is_at_end:
            return None
        step = self.steps[self.position]
        memory = self.remember(step)
        try:
            self.impossible = self._attempt(step)
        except Exception:
            memory.restore()
            raise
        if self.impossible is not None:
            memory.restore()
            raise self.impossible.error()
        memory.forget_unchanged()
        self._record.append((self.position, memory))
        self._recorded_bytes += memory.nbytes
        while self._recorded_bytes > MOST_BYTES and len(self._record) > 1:
            _, oldest = self._record.popleft()
            self._recorded_bytes -= oldest.nbytes
        self.position += 1
        return step.info

    def _attempt(self, step: Step) -> Impossible | None:
        """Do it, and look at what it has given."""
        info, run = step.info, self.rehearsal.run
        node = self.rehearsal.plan.by_id.get(info.node_id)
        try:
            step.run()
        except DesignError as fault:
            return refused(info, node, run, self.item, fault)
        return overflown(info, node, run, self.item, self._computed(info))

    def _computed(self, info: StepInfo) -> dict[str, Array]:
        """The numbers that an operation has just written, by name."""
        plan = self.rehearsal.plan
        match info.kind:
            case "forward":
                n = self.rehearsal.run.at[info.node_id]
                is_loss = isinstance(plan.by_id[info.node_id].layer, Loss)
                return {"out": np.array(n.loss)} if is_loss else dict(n.outs)
            case "sum":
                return {"δ": self.rehearsal.run.at[info.node_id].delta_out}
            case "backward":
                deltas = self.rehearsal.run.at[info.node_id].deltas
                return {f"δ {k}": delta for k, delta in enumerate(deltas) if delta is not None}
            case "gradient" | "tie":
                names = plan.by_id[info.node_id].parameters
                return {f"The gradient by {k}": plan.gradient(info.node_id, k) for k in names}
            case "penalty" | "clip":
                return {"The gradient": plan.grads[: plan.n_learning]}
        return {"A parameter": plan.theta}

    def back(self) -> StepInfo | None:
        """Undo one operation, bit by bit. Returns it, or None at the start. One that has been
        tried, and cannot be done, is only forgotten."""
        if self.impossible is not None:
            tried, self.impossible = self.impossible.info, None
            return tried
        if not self.position:
            return None
        target = self.position - 1
        if self._record:
            _, memory = self._record.pop()
            self._recorded_bytes -= memory.nbytes
            memory.restore()
            self.position = target
        else:
            self.begin()
            while self.position < target:
                self.forward()
        return self.operations[target]

    def remember(self, step: Step) -> Memory:
        """Copies of all that the operation may change."""
        plan = self.rehearsal.plan
        if step.operation is not None:
            return Memory(*step.roots, leave=(plan.theta,), apart=(plan.grads,))
        return Memory(*step.roots, apart=(plan.theta, plan.grads, self.optimising.updater.slots))

    def run_to(self, node_id: str) -> StepInfo | None:
        """On until an operation of this node, or of one with a breakpoint, has been done; where
        none follows the walk stays. Returns the last operation done. Raises: DesignError where no
        such node takes part, DomainError."""
        self.rehearsal.check_node(node_id)
        if all(each.node_id != node_id for each in self.operations[self.position :]):
            return None
        return self._run_until(lambda info: info.node_id == node_id)

    def run_to_phase_end(self) -> StepInfo | None:
        """On to the end of the present phase, or to a breakpoint. Raises: DomainError."""
        phase = self.phase
        return self._run_until(
            lambda info: (
                info.phase != phase
                or self.is_at_end
                or self.operations[self.position].phase != phase
            )
        )

    def run_to_end(self) -> StepInfo | None:
        """On to the end of the step, or to a breakpoint. Raises: DomainError."""
        return self._run_until(lambda _: False)

    def _run_until(self, is_there: Callable[[StepInfo], bool]) -> StepInfo | None:
        info = None
        while not self.is_at_end:
            info = self.forward()
            if info is None or info.node_id in self.breakpoints or is_there(info):
                break
        return info

    # what is known

    def describe(
        self, element: int | None = None, style: NumberStyle = PLAIN
    ) -> OperationView | None:
        """All there is to say about the operation that was done last, None at the start.

        element: the number of the input (of the parameter, in gradient and update) for which the
        sum is written out, counted row by row; None: the largest. style: of the numbers in the
        formulas. The walk stands where it stood.
        """
        from model.teaching.describing import describe

        return describe(self, element, style)

    def numbers(self, node_id: str) -> NodeNumbers:
        """Copies. Raises: DesignError where no such node takes part."""
        self.rehearsal.check_node(node_id)
        node = self.rehearsal.plan.by_id[node_id]
        n = self.rehearsal.run.at[node_id]
        out: Array | None = None
        if self.is_done(node_id, "forward") or self.is_given(node_id):
            out = np.array(n.loss) if isinstance(node.layer, Loss) else self.chosen(n.out)
        has_passed = self.is_done(node_id, "backward")
        return NodeNumbers(
            out=out,
            delta=self.chosen(n.delta_out) if self._has_arrived(node_id) else None,
            passed=tuple(
                self.chosen(delta) if delta is not None and has_passed else None
                for delta in n.deltas
            ),
            grads={
                name: self.rehearsal.plan.gradient(node_id, name).copy() for name in node.parameters
            }
            if self.is_done(node_id, "gradient")
            else {},
        )

    def is_given(self, node_id: str) -> bool:
        """Its output stands before the first operation: a data set, a variable."""
        return "forward" not in self._places.get(node_id, {})

    def _has_arrived(self, node_id: str) -> bool:
        """All that arrives at the node has been passed down, and added up."""
        node = self.rehearsal.plan.by_id[node_id]
        if self.rehearsal.run.at[node_id].delta_out is None:
            return False
        if len(node.consumers) > 1:
            return self.is_done(node_id, "sum")
        (key, _), *_ = node.consumers
        return self.is_done(key, "backward")

    def chosen(self, batch: Array) -> Array:
        """A copy of the chosen item's part, or of all."""
        return np.array(batch if self.item is None else batch[self.item])

    def tape(self) -> dict[str, Array]:
        """The forward values that are stored at this point, by node: what the backward phase will
        read. Whole batches; copies."""
        done = [each for each in self.operations[: self.position] if each.kind == "forward"]
        nodes = self.rehearsal.plan.nodes
        given = [node.node_id for node in nodes if self.is_given(node.node_id)]
        run = self.rehearsal.run
        return {
            key: np.array(run.at[key].out)
            for key in [*given, *(each.node_id for each in done)]
            if not isinstance(self.rehearsal.plan.by_id[key].layer, Loss)
        }


def _places_of(operations: tuple[StepInfo, ...]) -> dict[str, dict[Kind, int]]:
    """By node and kind, where the operation stands; of several, the first."""
    found: dict[str, dict[Kind, int]] = {}
    for info in operations:
        found.setdefault(info.node_id, {}).setdefault(info.kind, info.index)
    return found

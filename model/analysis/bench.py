"""One node alone, on the engine's own arrays, with any delta laid on its output."""

from __future__ import annotations

import copy
from typing import ClassVar

import numpy as np

from model.analysis.memory import Memory
from model.analysis.rehearsal import Rehearsal
from model.design import Wire
from model.layer import Array, Layer, Loss, Source, Spec, Workspace
from model.plan import Plan, PlanNode
from model.run import without_warnings

_GIVEN, _END = "bench_given", "bench_end"


class _Given(Source, frozen=True, kw_only=True, tag="bench_given"):
    """What enters the node."""

    title: ClassVar[str] = "Given"


class _End(Loss, frozen=True, kw_only=True, tag="bench_end"):
    """Where the node's output goes; its delta is laid there by hand."""

    title: ClassVar[str] = "End"


class Bench:
    """A node of a rehearsal with inputs, parameters, statistics and stream of its own.

    hs: one array a wire, (B, ...). carries: by wire, whether numbers come up it, so that a delta
    can go down it. n: the workspace.
    """

    def __init__(self, step: Rehearsal, node_id: str, hs: list[Array]) -> None:
        self.node = step.plan.by_id[node_id]
        self.layer: Layer = self.node.layer
        self.is_loss = isinstance(self.layer, Loss)
        self.batch = len(hs[0]) if hs else step.batch
        self.carries = tuple(
            not spec.classes and not (self.is_loss and wire.target_port == "target")
            for wire, spec in zip(self.node.wires, self.node.specs, strict=True)
        )
        self._states = {name: array for (key, name), array in step.states.items() if key == node_id}
        self._draws = step.draws[node_id]
        self._kept_draw = step.kept_draws.get(node_id) if self.batch == step.batch else None
        self._plan = self._compiled(step)
        self._run = self._plan.bind(self.batch, is_training=True)
        self.n: Workspace = self._run.at[node_id]
        self._run.fill({_GIVEN: {f"h{k}": h for k, h in enumerate(hs)}})

    def _compiled(self, step: Rehearsal) -> Plan:
        """given -> node -> end. First values are not drawn: the node's own are put in."""
        node_id = self.node.node_id
        wires = tuple(
            Wire(_GIVEN, f"h{k}", node_id, wire.target_port, k)
            for k, wire in enumerate(self.node.wires)
        )
        given = {f"h{k}": spec for k, spec in enumerate(self.node.specs)}
        parameters = {
            name: each._replace(initializer="zeros", tied_to="", values=())
            for name, each in self.node.parameters.items()
        }
        alone = PlanNode(
            node_id=node_id,
            layer=self.layer,
            specs=self.node.specs,
            outputs=self.node.outputs,
            wires=wires,
            carries=self.carries,
            hears_delta=True,
            consumers=() if self.is_loss else ((_END, 0),),
            parameters=parameters,
        )
        nodes = [PlanNode(_GIVEN, _Given(), (), given, (), (), False, (), {}), alone]
        if not self.is_loss:
            nodes.append(_end(node_id, self.node))
        plan = Plan(nodes, step.plan.dtype, 0)
        plan.streams[node_id] = copy.deepcopy(step.plan.streams[node_id])
        for name in parameters:
            plan.parameter(node_id, name)[...] = step.plan.parameter(node_id, name)
        return plan

    @property
    def hs(self) -> list[Array]:
        return self.n.hs

    @property
    def delta_out(self) -> Array:
        found: Array = self.n.delta_out
        return found

    def passed(self, place: int) -> Array:
        """What went down this wire. Raises: ValueError where none goes down it."""
        found = self.n.deltas[place]
        if found is None:
            raise ValueError(f"no delta goes down wire {place} of {self.node.node_id}")
        return found

    def parameter(self, name: str) -> Array:
        return self._plan.parameter(self.node.node_id, name)

    def gradient(self, name: str) -> Array:
        return self._plan.gradient(self.node.node_id, name)

    @property
    def draws_chance(self) -> bool:
        """The last forward pass took numbers from the node's stream, or used ones drawn before."""
        return self._kept_draw is not None or not _same(self.n.rng.bit_generator.state, self._draws)

    @without_warnings
    def forward(self) -> Array:
        """From the statistics and the stream before the step. Returns the output, (B, ...); of a
        loss its value times its weight."""
        n = self.n
        n.rng.bit_generator.state = self._draws
        for name, state in self._states.items():
            self._plan.states[self.node.node_id, name][...] = state
        if self._kept_draw is not None:
            n.noise[...] = self._kept_draw
            n.is_drawn = True
        elif hasattr(n, "is_drawn"):
            n.is_drawn = False
        self.layer.forward(n)
        return np.array(n.loss * self.layer.weight) if isinstance(self.layer, Loss) else n.out

    @without_warnings
    def backward(self) -> None:
        """Both results from what lies in `delta_out`."""
        if self.node.parameters:
            self.layer.gradient(self.n)
        if any(self.carries):
            self.layer.backward(self.n)

    def remembered(self) -> Memory:
        """The arrays as they are after a forward pass: a backward pass may write over them."""
        return Memory(self.n, leave=(self._plan.theta,))


def _agree(found: Array, expected: Array) -> bool:
    """Up to rounding, which differs with the size of a batch where products are summed in another
    order; single precision leaves few digits."""
    share = 1e-9 if expected.dtype == np.float64 else 1e-4
    bound = share * float(np.abs(expected).max(initial=0.0)) + 1e-12
    return bool(np.all(np.abs(found - expected) <= bound))


def _end(node_id: str, node: PlanNode) -> PlanNode:
    port, spec = next(iter(node.outputs.items()))
    wire = Wire(node_id, port, _END, "prediction")
    outputs = {"": Spec(())}
    return PlanNode(_END, _End(), (spec,), outputs, (wire,), (True,), True, (), {})


def _same(left: object, right: object) -> bool:
    """Two states of a stream: numbers, words and arrays in dictionaries."""
    if isinstance(left, dict) and isinstance(right, dict):
        return all(_same(left[key], right[key]) for key in left)
    return bool(np.array_equal(np.asarray(left), np.asarray(right)))


def needs_its_batch(step: Rehearsal, node_id: str, hs: list[Array], item: int) -> bool:
    """Do other items of the batch, or the step's own draws, have a part in this item's output?

    Asked of the numbers: the item is computed in its batch and among copies of itself, and a delta
    laid on one of the copies must not reach another.
    """
    in_batch = Bench(step, node_id, hs)
    if in_batch.is_loss:
        return True
    expected = in_batch.forward()[item]
    copies = Bench(step, node_id, [np.repeat(h[item : item + 1], 3, axis=0) for h in hs])
    found = copies.forward()
    if in_batch.draws_chance or copies.draws_chance:
        return True
    if not all(_agree(each, expected) for each in found):
        return True
    copies.delta_out[...] = 0
    copies.delta_out[1] = np.linspace(-1, 1.5, copies.delta_out[1].size).reshape(expected.shape)
    copies.backward()
    return any(
        bool(delta[0].any() or delta[2].any()) for delta in copies.n.deltas if delta is not None
    )

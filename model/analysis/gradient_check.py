"""Is every gradient right? Back-propagation against central differences, in float64.

    dJ/dx ~ (J(x + step) - J(x - step)) / (2 step)

for every number x of a parameter, and for every number on a wire. The second is had from the first:
on each wire a probe adds a parameter `shift` that is zero, so dJ/dshift is the delta of that wire,
whatever else the same output feeds.
Source: LeCun et al. 1998, Efficient BackProp, section 4; Griewank & Walther 2008 on the step.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from model.analysis.progress import Progress
from model.analysis.rehearsal import Rehearsal
from model.analysis.tolerance import GOOD
from model.chance import stream
from model.design import Change, Node, Wire
from model.graph import NetworkGraph
from model.layer import Array, Layer, Loss, Parameter, Spec, Workspace
from model.plan import Plan, compile_plan
from model.run import Feed, Run
from model.shapes import infer

STEPS = (1e-5, 1e-6, 1e-4)
"""A kink (ReLU at 0) between the two points spoils a difference, and a strong bend makes it rough;
another step helps. A wrong gradient agrees at none of them, so the best step counts."""
FLOOR = 1e-4
"""Gradients below FLOOR * max(1, |J|) are compared in absolute size: a difference of two J has
lost about ten digits, so a true zero shows as 1e-10."""
KINK = 1e-3
"""Slopes left and right of a point that differ by a larger share are those of a kink."""
ENTRIES = 12
"""Numbers of an array that are enough to see that something is wrong."""


@dataclass(frozen=True)
class GradientReport:
    """Relative errors: the largest |analytic - numeric| of an array over its largest entry.

    parameters: by (node id, parameter). wires: for the delta of each wire, including those from
    the data, which the training itself leaves out. loss: the data term of J. checked: numbers
    compared.
    """

    parameters: dict[tuple[str, str], float]
    wires: dict[Wire, float]
    loss: float
    checked: int

    @property
    def nodes(self) -> dict[str, float]:
        """By node id: the worst of its parameters and of the deltas that it passes down."""
        found: dict[str, float] = {}
        for (node_id, _), error in self.parameters.items():
            found[node_id] = max(found.get(node_id, 0.0), error)
        for wire, error in self.wires.items():
            found[wire.target] = max(found.get(wire.target, 0.0), error)
        return found

    @property
    def worst(self) -> float:
        return max(self.nodes.values(), default=0.0)

    @property
    def is_good(self) -> bool:
        return self.worst < GOOD


class _Probe(Layer, frozen=True, kw_only=True, tag="probe"):
    """h_out = h + shift, shift = 0. Shapes: (B, ...) -> same; shift: (B, ...)."""

    title: ClassVar[str] = "Probe"
    batch: Annotated[int, Meta(ge=1)] = 1

    def parameters(self, *specs: Spec) -> dict[str, Parameter]:
        return {"shift": Parameter((self.batch, *specs[0].shape), "zeros", is_penalised=False)}

    def forward(self, n: Workspace) -> None:
        np.add(n.h, n.shift, out=n.out)

    def gradient(self, n: Workspace) -> None:
        np.copyto(n.dshift, n.delta_out)

    def backward(self, n: Workspace) -> None:
        np.copyto(n.delta, n.delta_out)


def check_gradients(
    graph: NetworkGraph,
    arrays: Feed,
    *,
    plan: Plan | None = None,
    entries: int | None = None,
    alter: Callable[[Plan], None] | None = None,
    progress: Progress | None = None,
) -> GradientReport:
    """Compare each dJ/dtheta and each delta with central differences of J's data term.

    arrays: one batch, (B, ...) by data node and port; none for a graph of variables. plan: its
    parameters, running statistics and streams are used (copies; it stays as it is), otherwise the
    design's first values. entries: at most so many numbers of each array are compared, chosen at
    random (None: all). alter: what is done to the plans before they run, such as planting a fault
    that the check should find. progress: hears how far it is, and may cancel. Batch norm works with
    the statistics of the batch; dropout draws the same mask in every pass.

    Raises: DesignError where the design cannot run.
    """
    batch = next((len(array) for ports in arrays.values() for array in ports.values()), 1)
    probed, probes = _with_probes(graph, batch)
    plain = _Passes(graph, arrays, batch, plan, alter)
    sums = _Passes(probed, arrays, batch, plan, alter)
    loss = plain.there_and_back()
    sums.there_and_back()
    scale = FLOOR * max(1.0, abs(loss))
    rng = stream(0, "gradient check")
    checked = 0
    parameters: dict[tuple[str, str], float] = {}
    wires: dict[Wire, float] = {}
    slices = sums.plan.slices
    for done, ((node_id, name), place) in enumerate(slices.items()):
        if progress is not None:
            progress.report(done / len(slices), "checking gradients")
        wire = probes.get(node_id)
        if wire is None:
            analytic = plain.plan.gradient(node_id, name)
        else:
            analytic = _delta(plain.run, graph, wire, sums.plan.gradient(node_id, name))
        chosen = np.arange(analytic.size)
        if entries is not None and entries < len(chosen):
            chosen = rng.choice(chosen, entries, replace=False)
        checked += len(chosen)
        error = sums.error(place, analytic.reshape(-1).copy(), chosen, scale, progress)
        if wire is None:
            parameters[node_id, name] = error
        else:
            wires[wire] = error
    return GradientReport(parameters, wires, loss, checked)


def check_step(
    step: Rehearsal,
    *,
    entries: int | None = ENTRIES,
    alter: Callable[[Plan], None] | None = None,
    progress: Progress | None = None,
) -> GradientReport:
    """The same for the step that is rehearsed: its batch, its weights, its draws.

    progress: raises CancelledError where nobody wants the answer any more.
    """
    return check_gradients(
        step.graph, step.arrays, plan=step.plan, entries=entries, alter=alter, progress=progress
    )


def _with_probes(graph: NetworkGraph, batch: int) -> tuple[NetworkGraph, dict[str, Wire]]:
    """A copy of the design with a probe on each wire that carries numbers towards a loss, but for
    those that change a target too: training takes targets as given."""
    specs = infer(graph).wires
    probed = NetworkGraph(graph.design())
    probes: dict[str, Wire] = {}
    aims = _behind_targets(graph)
    for wire in graph.wires():
        has_classes = wire in specs and specs[wire].classes
        if wire.target in aims or _is_target(graph, wire) or has_classes:
            continue
        key = probed.new_id("probe")
        first = Wire(wire.source, wire.source_port, key, "h")
        second = Wire(key, "h", wire.target, wire.target_port, wire.order)
        probed.apply(
            [
                Change(key, None, Node(layer=_Probe(batch=batch))),
                Change("", wire, None),
                Change("", None, first),
                Change("", None, second),
            ]
        )
        probes[key] = wire
    return probed, probes


def _is_target(graph: NetworkGraph, wire: Wire) -> bool:
    return isinstance(graph.node(wire.target).layer, Loss) and wire.target_port == "target"


def _behind_targets(graph: NetworkGraph) -> set[str]:
    """Nodes whose output reaches the target of a loss."""
    found: set[str] = set()
    ahead = [wire.source for wire in graph.wires() if _is_target(graph, wire)]
    while ahead:
        key = ahead.pop()
        if key not in found:
            found.add(key)
            ahead.extend(wire.source for wire in graph.wires_into(key))
    return found


def _delta(run: Run, graph: NetworkGraph, wire: Wire, otherwise: Array) -> Array:
    """The delta that training itself sends down this wire, where it sends one."""
    position = graph.wires_into(wire.target).index(wire)
    found = run.at[wire.target].deltas[position]
    return otherwise if found is None else found


class _Passes:
    """Passes of one plan over one batch that all start from the same streams and statistics."""

    def __init__(
        self,
        graph: NetworkGraph,
        arrays: Feed,
        batch: int,
        old: Plan | None,
        alter: Callable[[Plan], None] | None,
    ) -> None:
        self.plan = compile_plan(graph, dtype=np.float64)
        if old is not None:
            self.plan.adopt(old)
        if alter is not None:
            alter(self.plan)
        self.plan.streams = {key: copy.deepcopy(rng) for key, rng in self.plan.streams.items()}
        self._draws = {key: rng.bit_generator.state for key, rng in self.plan.streams.items()}
        self._states = {key: state.copy() for key, state in self.plan.states.items()}
        self.run = self.plan.bind(batch, is_training=True)
        self.run.fill(arrays)

    def forward(self) -> float:
        for key, rng in self.plan.streams.items():
            rng.bit_generator.state = self._draws[key]
        for place, state in self._states.items():
            self.plan.states[place][...] = state
        return self.run.forward()

    def there_and_back(self) -> float:
        loss = self.forward()
        self.plan.grads[...] = 0
        self.run.backward()
        return loss

    def error(
        self,
        place: slice,
        analytic: Array,
        chosen: Array,
        floor: float,
        progress: Progress | None,
    ) -> float:
        """Relative error of the chosen entries of one array, at the step that suits each best."""
        differences = []
        for at in chosen:
            if progress is not None:
                progress.report()
            differences.append(self._difference(place, analytic, int(at)))
        size = max(float(np.abs(analytic).max(initial=0.0)), floor)
        return max(differences, default=0.0) / size

    def _difference(self, place: slice, analytic: Array, at: int) -> float:
        """|analytic - numeric| at the step that suits best. At a kink, where the slopes on both
        sides differ, any slope between them is one (a subgradient)."""
        theta, slope = self.plan.theta[place], float(analytic[at])
        value = float(theta[at])
        good = 0.1 * GOOD * max(abs(slope), FLOOR)
        found = float("inf")
        middle: float | None = None
        for step in STEPS:
            upper = self._with(theta, at, value + step)
            lower = self._with(theta, at, value - step)
            theta[at] = value
            found = min(found, abs(slope - (upper - lower) / (2 * step)))
            if found <= good:
                break
            middle = self.forward() if middle is None else middle
            left, right = sorted(((middle - lower) / step, (upper - middle) / step))
            if right - left > KINK * max(abs(left), abs(right), FLOOR):
                found = min(found, max(left - slope, slope - right, 0.0))
        return found

    def _with(self, theta: Array, at: int, value: float) -> float:
        """J with this number in the place of another."""
        theta[at] = value
        return self.forward()

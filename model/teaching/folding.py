"""A scalar graph that is a Dense, batch norm or softmax layer put together to one node.

The graph is recognised by its formulas and wires, whoever has drawn it.
"""

from __future__ import annotations

from collections import deque

import numpy as np

from model.design import Edit, Node, Wire
from model.errors import DesignError
from model.expressions import Call, Expression, FormulaError, Name, Number, names_of, parse
from model.graph import NetworkGraph
from model.layer import Layer
from model.layers.activations import Softmax
from model.layers.batch_norm import BatchNorm
from model.layers.dense import Dense
from model.layers.scalar import Function, Variable
from model.shapes import Inference, infer
from model.teaching.replacing import Weights, closed, parameters_of

Bindings = dict[str, Expression]


class _MismatchError(Exception):
    """The graph is not that layer; the text says why."""


def fold(graph: NetworkGraph, weights: Weights, node_id: str) -> Edit:
    """One layer in place of the scalar graph to which the node belongs, with the same numbers.

    What a scalar graph does not hold (the initialiser, the share of running statistics) takes its
    default; running statistics start anew. weights: the present parameters.

    Raises: DesignError where the graph is no Dense, batch norm or softmax layer (any more).
    """
    reasons = []
    found = infer(graph)
    for exit_id in _exits(graph, node_id):
        for recognise in (_dense, _batch_norm, _softmax):
            reading = _Reading(graph, found, weights, exit_id)
            try:
                node = recognise(reading)
                reading.check_whole(node_id)
            except _MismatchError as fault:
                reasons.append(str(fault))
                continue
            text = f"Fold {node.title}"
            return closed(graph, reading.members, node, reading.entry, exit_id, text)
    raise DesignError(
        f"{graph.title_of(node_id)} is no part of an unfolded layer"
        + (f": {reasons[0]}." if reasons else "."),
        node_id=node_id,
        hint="Undo gives back the layer that was unfolded.",
    )


def can_fold(graph: NetworkGraph, node_id: str) -> bool:
    """`fold` will take the node."""
    try:
        fold(graph, None, node_id)
    except DesignError:
        return False
    return True


def _exits(graph: NetworkGraph, node_id: str) -> list[str]:
    """Functions `stack(...)` from the node downstream, the nearest first."""
    waiting, seen, found = deque([node_id]), {node_id}, []
    while waiting:
        key = waiting.popleft()
        layer = graph.node(key).layer
        if isinstance(layer, Function) and layer.formula.lstrip().startswith("stack("):
            found.append(key)
            continue
        for wire in graph.wires_from(key):
            if wire.target not in seen and isinstance(graph.node(wire.target).layer, Function):
                seen.add(wire.target)
                waiting.append(wire.target)
    return found


class _Reading:
    """A walk from the exit upwards; the nodes that were met are `members`."""

    def __init__(
        self, graph: NetworkGraph, found: Inference, weights: Weights, exit_id: str
    ) -> None:
        self.graph = graph
        self.found = found
        self.weights = weights
        self.exit_id = exit_id
        self.members = {exit_id}
        self.variables: dict[str, list[str]] = {}
        """Ids by role: W, b, gamma, beta."""
        self._entries: set[tuple[str, str]] = set()
        self._entry: Wire | None = None

    @property
    def entry(self) -> Wire:
        """A wire that enters from outside; all of them have the same source."""
        if self._entry is None:
            raise _MismatchError("nothing enters it")
        return self._entry

    def matched(self, key: str, *patterns: str) -> Bindings:
        """Names of the pattern with what stands at their places in the node's formula."""
        tree = self.tree(key)
        for pattern in patterns:
            found: Bindings = {}
            if _matches(parse(pattern), tree, found):
                return found
        raise _MismatchError(f"{self.graph.title_of(key)} is not of the form {patterns[0]}")

    def tree(self, key: str) -> Expression:
        layer = self.graph.node(key).layer
        if not isinstance(layer, Function):
            raise _MismatchError(f"{self.graph.title_of(key)} is no Function")
        self.members.add(key)
        try:
            return parse(layer.formula)
        except FormulaError:
            raise _MismatchError("a formula cannot be read") from None

    def behind(self, key: str, name: Expression) -> str:
        """The node whose output stands in the formula under this name."""
        if not isinstance(name, Name):
            raise _MismatchError(f"{self.graph.title_of(key)} has a number where a wire is wanted")
        wires = self.graph.wires_into(key, name.name)
        if not wires:
            raise _MismatchError(f"{self.graph.title_of(key)} lacks a wire")
        return wires[0].source

    def pick(self, key: str) -> int:
        """The component of the entering vector that this node picks."""
        found = self.matched(key, "pick(h, 0)")
        wires = self.graph.wires_into(key, names_of(found["h"])[0])
        if not wires:
            raise _MismatchError("a pick lacks its wire")
        self._entry = wires[0]
        self._entries.add((wires[0].source, wires[0].source_port))
        index = found["#index"]
        return int(index.value) if isinstance(index, Number) else -1

    def variable(self, key: str, role: str) -> float:
        """The present value of a single trainable number."""
        layer = self.graph.node(key).layer
        if not isinstance(layer, Variable) or not layer.is_trainable:
            raise _MismatchError(f"{self.graph.title_of(key)} is no trainable Variable")
        if key in self.members:
            raise _MismatchError(f"{self.graph.title_of(key)} is used twice")
        values = parameters_of(self.graph, self.weights, key, self.found)["theta"]
        if values.ndim:
            raise _MismatchError(f"{self.graph.title_of(key)} is more than one number")
        self.members.add(key)
        self.variables.setdefault(role, []).append(key)
        return float(values)

    def outputs(self) -> list[str]:
        """The nodes that the exit stacks."""
        tree = self.tree(self.exit_id)
        if not isinstance(tree, Call) or tree.operation != "stack":
            raise _MismatchError("it does not end in a stack")
        return [self.behind(self.exit_id, argument) for argument in tree.arguments]

    def check_whole(self, node_id: str) -> None:
        """The node is one of the members, all enter by one wire, and nobody else listens."""
        if node_id not in self.members:
            raise _MismatchError("the node lies outside of it")
        if len(self._entries) != 1:
            raise _MismatchError("its inputs come from several places")
        for key in self.members - {self.exit_id}:
            for wire in self.graph.wires_from(key):
                if wire.target not in self.members:
                    raise _MismatchError(f"{self.graph.title_of(key)} is also read from outside")

    def n_entering(self) -> int:
        """Length of the vector that enters."""
        spec = self.found.wires.get(self.entry)
        if spec is None or len(spec.shape) != 1:
            raise _MismatchError("no vector enters it")
        return spec.shape[0]

    def node(self, layer: Layer, **arrays: np.ndarray) -> Node:
        """The folded node: name, penalties and frozen state are those of the members."""
        title = self.graph.node(self.exit_id).title
        penalised = [self.graph.node(key) for key in self.variables.get("W", [])]
        every = [self.graph.node(key) for keys in self.variables.values() for key in keys]
        frozen = {node.is_frozen for node in every} or {False}
        penalties = {(node.l1, node.l2) for node in penalised} or {(None, None)}
        if len(frozen) > 1 or len(penalties) > 1:
            raise _MismatchError("its variables are not all frozen or penalised alike")
        if any(not getattr(node.layer, "is_penalised", False) for node in penalised):
            raise _MismatchError("some of its weights do not count in the penalty")
        l1, l2 = penalties.pop()
        return Node(
            layer=layer,
            name="" if title == layer.label() or title.startswith("stack(") else title,
            is_frozen=frozen.pop(),
            l1=l1,
            l2=l2,
            weights={name: values.tolist() for name, values in arrays.items()},
        )


def _matches(pattern: Expression, tree: Expression, found: Bindings) -> bool:
    """Names of the pattern stand for a name or a number; the place of a pick for any place."""
    if isinstance(pattern, Name):
        known = found.setdefault(pattern.name, tree)
        return isinstance(tree, (Name, Number)) and _same(known, tree)
    if isinstance(pattern, Number):
        return isinstance(tree, Number) and tree.value == pattern.value
    if not isinstance(tree, Call) or tree.operation != pattern.operation:
        return False
    if pattern.operation == "pick" and len(tree.arguments) == 2:
        found["#index"] = tree.arguments[1]
        return _matches(pattern.arguments[0], tree.arguments[0], found)
    return len(tree.arguments) == len(pattern.arguments) and all(
        _matches(*pair, found) for pair in zip(pattern.arguments, tree.arguments, strict=True)
    )


def _same(one: Expression, other: Expression) -> bool:
    if isinstance(one, Name) and isinstance(other, Name):
        return one.name == other.name
    return isinstance(one, Number) and isinstance(other, Number) and one.value == other.value


def _terms(tree: Expression) -> list[Expression]:
    """a + b + c as a list."""
    if isinstance(tree, Call) and tree.operation == "add":
        return [*_terms(tree.arguments[0]), *_terms(tree.arguments[1])]
    return [tree]


def _complete(values: dict[int, float], count: int) -> list[float]:
    if sorted(values) != list(range(count)):
        raise _MismatchError(f"not each of the {count} inputs is used once")
    return [values[place] for place in range(count)]


def _dense(reading: _Reading) -> Node:
    columns: list[dict[int, float]] = []
    biases: list[float] = []
    outs = reading.outputs()
    for key in outs:
        column: dict[int, float] = {}
        for term in _terms(reading.tree(key)):
            if isinstance(term, Name):
                biases.append(reading.variable(reading.behind(key, term), "b"))
                continue
            place, weight = _weighted(reading, key, term)
            if place in column:
                raise _MismatchError("an input meets two weights of one neuron")
            column[place] = weight
        columns.append(column)
    if len(biases) not in (0, len(outs)):
        raise _MismatchError("not every neuron has its bias")
    n_in = reading.n_entering()
    W = np.array([_complete(column, n_in) for column in columns]).T
    arrays = {"W": W} | ({"b": np.array(biases)} if biases else {})
    return reading.node(Dense(units=len(outs), use_bias=bool(biases)), **arrays)


def _weighted(reading: _Reading, key: str, term: Expression) -> tuple[int, float]:
    """A product w*h of a variable and a picked component, in either order."""
    if not isinstance(term, Call) or term.operation != "multiply":
        raise _MismatchError(f"{reading.graph.title_of(key)} is no weighted sum")
    ends = [reading.behind(key, part) for part in term.arguments]
    if isinstance(reading.graph.node(ends[1]).layer, Variable):
        ends.reverse()
    return reading.pick(ends[1]), reading.variable(ends[0], "W")


def _batch_norm(reading: _Reading) -> Node:
    gammas: list[float] = []
    betas: list[float] = []
    epsilons = set()
    for j, key in enumerate(reading.outputs()):
        out = reading.matched(key, "gamma*n + beta", "n*gamma + beta")
        gammas.append(reading.variable(reading.behind(key, out["gamma"]), "gamma"))
        betas.append(reading.variable(reading.behind(key, out["beta"]), "beta"))
        normal = reading.behind(key, out["n"])
        found = reading.matched(normal, "c/sqrt(v + epsilon)")
        epsilon = found["epsilon"]
        if not isinstance(epsilon, Number) or not 0 < epsilon.value <= 0.1:
            raise _MismatchError("its epsilon is no number between 0 and 0.1")
        epsilons.add(epsilon.value)
        centred = reading.behind(normal, found["c"])
        variance = reading.behind(normal, found["v"])
        square = reading.matched(variance, "batch_mean(c**2)")
        if reading.behind(variance, square["c"]) != centred:
            raise _MismatchError("its variance is that of another feature")
        if _centred_place(reading, centred) != j:
            raise _MismatchError("its features are in another order")
    if len(epsilons) != 1 or reading.n_entering() != len(gammas):
        raise _MismatchError("its features are not treated alike")
    layer = BatchNorm(epsilon=epsilons.pop())
    return reading.node(layer, gamma=np.array(gammas), beta=np.array(betas))


def _centred_place(reading: _Reading, key: str) -> int:
    """The component of which this node is the distance from the batch mean."""
    found = reading.matched(key, "h - mu")
    h, mean = reading.behind(key, found["h"]), reading.behind(key, found["mu"])
    inner = reading.matched(mean, "batch_mean(h)")
    if reading.behind(mean, inner["h"]) != h:
        raise _MismatchError("its mean is that of another feature")
    return reading.pick(h)


def _softmax(reading: _Reading) -> Node:
    totals: set[str] = set()
    raised = []
    for j, key in enumerate(reading.outputs()):
        found = reading.matched(key, "raised/total")
        totals.add(reading.behind(key, found["total"]))
        raised.append(reading.behind(key, found["raised"]))
        h = reading.matched(raised[-1], "exp(h)")["h"]
        if reading.pick(reading.behind(raised[-1], h)) != j:
            raise _MismatchError("its components are in another order")
    if len(totals) != 1 or reading.n_entering() != len(raised):
        raise _MismatchError("its components are not divided by one sum")
    total = totals.pop()
    summed = [reading.behind(total, term) for term in _terms(reading.tree(total))]
    if sorted(summed) != sorted(raised):
        raise _MismatchError("its sum is not that of all components")
    return reading.node(Softmax())

"""Shape inference: what flows over every wire, and all problems of a design at once."""

from __future__ import annotations

from dataclasses import dataclass, field

from model.design import Wire
from model.errors import DesignError
from model.graph import NetworkGraph
from model.layer import Loss, Parameter, Source, Spec
from model.parameter_checks import parameter_problems, training_problems
from model.problem import Problem

__all__ = ["Inference", "Problem", "infer"]


@dataclass(frozen=True)
class Inference:
    """The result: pieces that could not be worked out are missing from the tables."""

    wires: dict[Wire, Spec] = field(default_factory=dict)
    inputs: dict[str, tuple[Spec, ...]] = field(default_factory=dict)
    outputs: dict[tuple[str, str], Spec] = field(default_factory=dict)
    """By (node id, port). A loss stands with the port "" and the shape ()."""
    first_outputs: dict[str, Spec] = field(default_factory=dict)
    parameters: dict[str, dict[str, Parameter]] = field(default_factory=dict)
    costs: dict[str, int] = field(default_factory=dict)
    """Multiply-adds of one forward pass of one item."""
    order: tuple[str, ...] = ()
    """The nodes that take part in training, in topological order."""
    problems: tuple[Problem, ...] = ()

    @property
    def can_run(self) -> bool:
        return not any(problem.is_blocking for problem in self.problems)

    @property
    def can_be_walked(self) -> bool:
        """It can be computed operation by operation, up to a formula that fails at its values."""
        return all(each.is_of_value for each in self.problems if each.is_blocking)

    def problems_of(self, node_id: str) -> list[Problem]:
        return [problem for problem in self.problems if problem.node_id == node_id]

    def n_parameters(self, node_id: str) -> int:
        """Numbers of its own; a tied array is counted at the node it belongs to."""
        return sum(
            Spec(found.shape).size
            for found in self.parameters.get(node_id, {}).values()
            if not found.tied_to
        )

    def out(self, node_id: str) -> Spec | None:
        """The first output of a node."""
        return self.first_outputs.get(node_id)


class _Builder:
    """Tables that grow node by node."""

    def __init__(self, graph: NetworkGraph) -> None:
        self.graph = graph
        self.found = Inference()
        self.problems: list[Problem] = []
        self.order: list[str] = []

    def visit(self, node_id: str) -> None:
        layer = self.graph.node(node_id).layer
        entering = self.graph.wires_into(node_id)
        is_alone = not entering and not self.graph.wires_from(node_id)
        if is_alone and len(self.graph) > 1:
            self._idle(node_id)
        if is_alone and not isinstance(layer, Source):
            return
        if not is_alone:
            self.order.append(node_id)
        try:
            if isinstance(layer, Source):
                self._source(node_id, layer)
            elif self._is_complete(node_id, entering):
                self._inner(node_id, entering)
        except DesignError as fault:
            self.problems.append(Problem(node_id, fault.message, fault.hint, wires=tuple(entering)))
        for wire in self.graph.wires_from(node_id):
            spec = self.found.outputs.get((node_id, wire.source_port))
            if spec is not None:
                self.found.wires[wire] = spec

    def _idle(self, node_id: str) -> None:
        title = self.graph.title_of(node_id)
        self.problems.append(
            Problem(
                node_id,
                f"{title} is not wired to anything and takes no part in training.",
                "Draw a wire to it, or leave it lying.",
                is_blocking=False,
            )
        )

    def _source(self, node_id: str, layer: Source) -> None:
        for port, spec in layer.out_specs().items():
            self.found.outputs[node_id, port] = spec
            self.found.first_outputs.setdefault(node_id, spec)
        self.found.inputs[node_id] = ()
        self.found.parameters[node_id] = {}
        self.found.costs[node_id] = 0

    def _is_complete(self, node_id: str, entering: list[Wire]) -> bool:
        """Every port has its wire, but for optional ones; what is missing is a problem."""
        node = self.graph.node(node_id)
        is_complete = True
        for port in node.layer.inputs:
            count = sum(wire.target_port == port.name for wire in entering)
            if count == 0 and port.is_optional:
                continue
            if count == 0 or (port.is_variadic and count < 2):
                is_complete = False
                self.problems.append(self._missing(node_id, port.name, count))
        return is_complete

    def _missing(self, node_id: str, port: str, count: int) -> Problem:
        title = self.graph.title_of(node_id)
        if count == 1:
            return Problem(node_id, f"{title} joins wires, but has only one.", "Draw a second one.")
        if port == "target":
            said = f"{title} has nothing to compare the prediction with."
            return Problem(
                node_id, said, "Connect the labels or target values: port y of the data."
            )
        if port == "prediction":
            said = f"{title} has no prediction to judge."
            return Problem(node_id, said, "Connect the last layer of the network.")
        if len(self.graph.node(node_id).layer.inputs) > 1:
            said = f"{title} has no input at its port {port.replace('_', '-')}."
            return Problem(node_id, said, "Draw a wire to that port at its top.")
        return Problem(node_id, f"{title} has no input.", "Draw a wire to the port at its top.")

    def _inner(self, node_id: str, entering: list[Wire]) -> None:
        layer = self.graph.node(node_id).layer
        if not all(wire in self.found.wires for wire in entering):
            return  # waits for a node above that has a problem of its own
        specs = tuple(self.found.wires[wire] for wire in entering)
        for wire, spec in zip(entering, specs, strict=True):
            self._check_kind(node_id, wire, spec)
        out = layer.out_spec(*specs)
        self.found.inputs[node_id] = specs
        self.found.parameters[node_id] = layer.parameters(*specs)
        self.found.costs[node_id] = layer.cost(*specs)
        self.found.outputs[node_id, layer.outputs[0].name if layer.outputs else ""] = out
        self.found.first_outputs[node_id] = out

    def _check_kind(self, node_id: str, wire: Wire, spec: Spec) -> None:
        port = self.graph.node(node_id).port(wire.target_port, is_input=True)
        if spec.classes and port is not None and not port.takes_labels:
            title = self.graph.title_of(node_id)
            if spec.shape:
                raise DesignError(
                    f"{title} takes numbers, but this wire carries tokens.",
                    hint="Put an Embedding layer in front.",
                )
            raise DesignError(
                f"{title} takes numbers, but this wire carries labels (class indices).",
                hint="Wire port x of the data here, and the labels to a loss.",
            )

    def finish(self) -> Inference:
        self.problems += parameter_problems(self.graph, self.found.parameters)
        self.problems += training_problems(self.graph, self.found.inputs)
        layers = [self.graph.node(key).layer for key in self.order]
        if len(self.graph) == 0:
            self._whole("The canvas is empty.", "Drag a data set, layers and a loss onto it.")
        elif not any(not layer.inputs for layer in layers):
            self._no_data()
        elif not any(isinstance(layer, Loss) for layer in layers):
            self._whole(
                "There is no loss, so nothing says what is right.",
                "Add a loss and wire the prediction and the labels to it.",
            )
        elif not any(self.found.parameters.values()) and not self.problems and has_data(self.graph):
            self._whole("No layer has parameters to learn.", "Add a Dense layer.")
        return Inference(
            **{
                name: getattr(self.found, name)
                for name in ("wires", "inputs", "outputs", "first_outputs", "parameters", "costs")
            },
            order=tuple(self.order),
            problems=tuple(self.problems),
        )

    def _no_data(self) -> None:
        if any(isinstance(node.layer, Source) for node in self.graph.nodes.values()):
            said = "No data reach the network."
            self._whole(said, "Draw a wire from port x of the data set to the first layer.")
        else:
            self._whole("There is no data to learn from.", "Add a data set and wire its port x.")

    def _whole(self, message: str, hint: str) -> None:
        self.problems.append(Problem("", message, hint))


def has_data(graph: NetworkGraph) -> bool:
    """False for a graph of variables alone, which is followed by hand rather than fed."""
    return any(isinstance(graph.node(key).layer, Source) for key in graph)


def infer(graph: NetworkGraph) -> Inference:
    """Work out every shape. Problems are collected, none is raised; a node below a faulty one
    waits silently, so that one fault is said once. `repairs.with_repairs` adds the repairs."""
    builder = _Builder(graph)
    for node_id in graph.order():
        builder.visit(node_id)
    return builder.finish()

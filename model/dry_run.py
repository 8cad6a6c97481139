"""The numbers of a computation graph without any training: variables at their typed values, and
every formula and goal that depends on nothing but them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from model.errors import DesignError
from model.expressions import Program
from model.graph import NetworkGraph
from model.layer import Array
from model.layers.scalar import Function, Goal, Variable, numbers, tree_of
from model.problem import Problem
from model.shapes import Inference


@dataclass(frozen=True)
class DryRun:
    """values: one item's numbers by node, (...); of a goal, its J. inputs: of formulas, by port.
    faults: nodes that ask for the impossible, such as the logarithm of a negative number. waits:
    by node whose value is missing, so that its own is, too; "" for an input without a wire."""

    values: dict[str, Array] = field(default_factory=dict)
    inputs: dict[str, dict[str, Array]] = field(default_factory=dict)
    faults: dict[str, DesignError] = field(default_factory=dict)
    waits: dict[str, str] = field(default_factory=dict)


def dry_run(
    graph: NetworkGraph, found: Inference, theta: Mapping[str, Array] | None = None
) -> DryRun:
    """theta: present values of trained variables by node; others are at their typed values, and
    random ones are not known. What depends on data or on layers is left out."""
    run = DryRun()
    for key in graph.order():
        layer = graph.node(key).layer
        if isinstance(layer, Variable):
            _take(run, key, layer, theta or {})
        elif isinstance(layer, (Function, Goal)):
            inputs = _inputs(graph, run, key)
            if inputs is not None and key in found.first_outputs:
                _compute(run, key, layer, inputs)
    return run


def _take(run: DryRun, key: str, layer: Variable, theta: Mapping[str, Array]) -> None:
    shape, typed = numbers(layer.value)
    if layer.is_trainable and key in theta and theta[key].shape == shape:
        run.values[key] = np.asarray(theta[key])
    elif not (layer.is_trainable and layer.is_random):
        run.values[key] = np.array(typed).reshape(shape)


def _inputs(graph: NetworkGraph, run: DryRun, key: str) -> dict[str, Array] | None:
    """By port; None where something above is not known."""
    wires = graph.wires_into(key)
    missing = next((wire.source for wire in wires if wire.source not in run.values), None)
    if missing is None and len(wires) < len(graph.node(key).layer.inputs):
        missing = ""
    if missing is not None:
        run.waits[key] = missing
        return None
    return {wire.target_port: run.values[wire.source] for wire in wires}


def _compute(run: DryRun, key: str, layer: Function | Goal, inputs: dict[str, Array]) -> None:
    if isinstance(layer, Goal):
        run.values[key] = inputs["prediction"].reshape(())
        return
    run.inputs[key] = inputs
    program = Program(tree_of(layer.formula))
    try:
        batch = {name: np.asarray(values, float)[None] for name, values in inputs.items()}
        run.values[key] = program.forward(batch, 1)[0]
    except DesignError as fault:
        run.faults[key] = fault.at(key)


def with_domain_faults(graph: NetworkGraph, found: Inference) -> Inference:
    """The same inference with a problem at each formula that fails at the typed values."""
    if not any(isinstance(node.layer, Function) for node in graph.nodes.values()):
        return found
    faults = dry_run(graph, found).faults
    more = tuple(
        Problem(key, fault.message, fault.hint, is_of_value=True) for key, fault in faults.items()
    )
    return replace(found, problems=(*found.problems, *more))

"""Problems of parameters and settings that no shape on a wire shows: ties, typed weights, and
settings that cannot do what they promise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from model.errors import DesignError, ShapeError
from model.given_weights import given_arrays
from model.graph import NetworkGraph
from model.layer import Parameter, Spec
from model.layers.batch_norm import BatchNorm
from model.layers.source import DataSource
from model.problem import Problem

Parameters = Mapping[str, Mapping[str, Parameter]]


def parameter_problems(graph: NetworkGraph, parameters: Parameters) -> Iterator[Problem]:
    """Ties that do not fit and typed weights of other shapes. parameters: by node, of those whose
    shapes are known."""
    for key, found in parameters.items():
        node = graph.node(key)
        try:
            for name, parameter in found.items():
                if parameter.tied_to:
                    _check_tie(graph, key, name, parameters)
            if node.weights:
                given_arrays(graph.title_of(key), node.weights, found)
        except DesignError as fault:
            yield Problem(key, fault.message, fault.hint)
    if any(parameters.values()) and all(
        graph.node(key).is_frozen for key, found in parameters.items() if found
    ):
        yield Problem(
            "",
            "All layers with parameters are frozen: nothing can learn.",
            "Unfreeze one of them.",
            is_blocking=False,
        )


def _check_tie(graph: NetworkGraph, key: str, name: str, parameters: Parameters) -> None:
    """Raises: ShapeError where the other node cannot lend its array."""
    title, parameter = graph.title_of(key), parameters[key][name]
    other = parameter.tied_to
    repair = "Tie it to another node, or give it weights of its own."
    if other not in graph:
        raise ShapeError(
            f"{title} shares the weights of {other}, but there is no node {other}.", hint=repair
        )
    owner = graph.title_of(other)
    if other == key:
        raise ShapeError(f"{title} cannot share weights with itself.", hint=repair)
    if other not in parameters and graph.wires_into(other):
        return  # waits for a fault above the other node, which is said there
    if other not in parameters:
        raise ShapeError(
            f"{title} shares the weights of {owner}, which takes no part in the network.",
            hint="Wire it into the network, or give this node weights of its own.",
        )
    lent = parameters[other].get(name)
    if lent is None:
        raise ShapeError(
            f"{title} shares the weights of {owner}, which has no {name}.", hint=repair
        )
    if lent.tied_to:
        raise ShapeError(
            f"{title} shares the weights of {owner}, which borrows them itself from"
            f" {lent.tied_to}.",
            hint=f"Tie it to {lent.tied_to} if the shape allows it.",
        )
    if lent.shape != parameter.shape[::-1]:
        raise ShapeError(
            f"{title} needs a {name} of {_shape(parameter.shape)}, but that of {owner},"
            f" transposed, is {_shape(lent.shape[::-1])}.",
            hint="A tied layer leads back: from the other's outputs to as many units as the other"
            " has inputs.",
        )


def _shape(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape))


def training_problems(
    graph: NetworkGraph, inputs: Mapping[str, tuple[Spec, ...]]
) -> Iterator[Problem]:
    """Shares that leave nothing to learn from; else warnings: the design runs, but not as one
    would think."""
    training = graph.training
    shares = training.validation_share, training.test_share
    has_data = any(isinstance(graph.node(key).layer, DataSource) for key in inputs)
    if has_data and sum(shares) >= 1:
        yield Problem(
            "",
            f"No item is left for training: {shares[0]:.0%} are for validation and {shares[1]:.0%}"
            " for testing.",
            "Lower the validation or test share.",
        )
    if training.batch_size == 1:
        for key, specs in inputs.items():
            is_vector = bool(specs) and len(specs[0].shape) == 1
            if isinstance(graph.node(key).layer, BatchNorm) and is_vector:
                yield Problem(
                    key,
                    f"{graph.title_of(key)} sees one item at a time: minus its own mean, every"
                    " number becomes 0.",
                    "Choose a batch size of at least 2.",
                    is_blocking=False,
                )
    waits = "patience" if training.patience else ""
    waits = "the schedule" if training.schedule.hears_validation else waits
    if waits and not training.validation_share:
        yield Problem(
            "",
            f"No items are kept for validation, so {waits} has nothing to wait for.",
            "Set the validation share above 0.",
            is_blocking=False,
        )

"""First values of parameters that somebody has typed: checked against the shapes, or refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from model.errors import ShapeError
from model.layer import Array, Parameter, Shape


def given_array(title: str, name: str, values: list[Any], parameter: Parameter) -> Array:
    """The typed nested list as an array of the parameter's shape, float64.

    Raises: ShapeError naming the node, the parameter, and both shapes.
    """
    place = f"The weights given for {name} of {title}"
    if parameter.tied_to:
        raise ShapeError(
            f"{place} cannot be used: {name} is that of {parameter.tied_to}, transposed.",
            hint=f"Give {parameter.tied_to} the weights, or untie the node.",
        )
    try:
        found = np.array(values)
    except (ValueError, OverflowError, TypeError):
        raise ShapeError(
            f"{place} are no table: their rows differ in length.",
            hint=f"Give {_shape(parameter.shape)} numbers.",
        ) from None
    if found.dtype.kind not in "iuf" and found.size:
        raise ShapeError(
            f"{place} are not all numbers.", hint=f"Give {_shape(parameter.shape)} numbers."
        )
    if found.shape != parameter.shape:
        raise ShapeError(
            f"{place} have the shape {_shape(found.shape)}, but {_shape(parameter.shape)}"
            " is wanted.",
            hint="One row an input, one column a neuron.",
        )
    if not np.isfinite(found).all():
        raise ShapeError(f"{place} hold NaN or infinity.", hint="Give finite numbers.")
    return found.astype(np.float64)


def given_arrays(
    title: str, weights: Mapping[str, list[Any]], parameters: Mapping[str, Parameter]
) -> dict[str, Array]:
    """All arrays given for a node. Raises: ShapeError for the first that does not fit."""
    for name in weights:
        if name not in parameters:
            known = ", ".join(parameters) or "none"
            raise ShapeError(
                f"{title} has no parameter '{name}' to give weights to; it has: {known}.",
                hint="Take these weights away, or name one of its parameters.",
            )
    return {
        name: given_array(title, name, values, parameters[name]) for name, values in weights.items()
    }


def _shape(shape: Shape) -> str:
    return " × ".join(map(str, shape)) or "no axes"

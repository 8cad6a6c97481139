"""What some fields of a layer decide about its others: those that do nothing now say why. No Qt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from model.data import DataSetInfo, catalogue
from model.layer import Layer
from model.layers.convolution import Conv1D, Conv2D, Convolving
from model.layers.dense import Dense
from model.layers.rectifiers import Maxout
from model.layers.resampling import ZeroPad
from model.layers.scalar import Variable
from model.layers.source import DataSource

SPREAD_BY_HAND = ("normal", "uniform", "constant")
"""First values whose size is typed; the others follow from the number of inputs and neurons."""


def info_of_layer(layer: Layer) -> DataSetInfo | None:
    """The data set a layer feeds, `None` for other layers and for sets that are not there."""
    return catalogue().get(layer.dataset) if isinstance(layer, DataSource) else None


def reasons_of(layer: Layer) -> dict[str, str]:
    """Fields that do not matter for these other fields, each with the reason."""
    if isinstance(layer, Variable) and not layer.is_trainable:
        said = "A constant keeps its typed value."
        return {"is_random": said, "is_penalised": said}
    if isinstance(layer, (Dense, Convolving, Maxout)):
        return _reasons_of_first_values(layer) | _reasons_of_padding(layer)
    if isinstance(layer, ZeroPad) and layer.along == "length":
        said = "A sequence has no rows: zeros go in front and behind."
        return {"top": said, "bottom": said}
    info = info_of_layer(layer)
    return _reasons_of_data(layer, info) if info is not None else {}


def _reasons_of_padding(layer: Layer) -> dict[str, str]:
    if isinstance(layer, (Conv1D, Conv2D)) and layer.padding != "number":
        return {"pad": f"Padding is “{layer.padding}”; choose “number” to set the zeros."}
    return {}


def _reasons_of_first_values(layer: Layer) -> dict[str, str]:
    """Of a layer with the fields initializer and spread."""
    if isinstance(layer, Dense) and layer.tied_to:
        said = f"W is that of {layer.tied_to}, transposed: it has no first values of its own."
        return {"initializer": said, "spread": said}
    chosen = str(getattr(layer, "initializer", ""))
    if chosen in SPREAD_BY_HAND:
        return {}
    name = chosen.replace("_", " ")
    return {"spread": f"“{name}” needs no size: normal, uniform and constant do."}


def _reasons_of_data(layer: Layer, info: DataSetInfo) -> dict[str, str]:
    found = {}
    if not info.is_generated:
        found["size"] = f"{info.title} is a file of {info.size:,} items; its size is fixed."
        found["noise"] = f"{info.title} is measured data; noise is for generated sets."
    elif not info.has_noise:
        found["noise"] = f"{info.title} is made of tokens; noise is for numbers."
    if info.x_classes:
        found["scaling"] = f"{info.title} is made of tokens; only numbers can be scaled."
    found |= _reasons_of_target(layer, info)
    if info.steps_range == (0, 0):
        said = "the number of its steps is fixed" if info.is_sequence else "it has no sequences"
        found["steps"] = f"{info.title}: {said}."
    if info.is_sequence:
        found["features"] = "The items are sequences; tables have columns."
    elif len(info.x_shape) != 1:
        shape = " × ".join(str(axis) for axis in info.x_shape)
        found["features"] = f"The items are pictures of {shape}; tables have columns."
    return found


def _reasons_of_target(layer: Layer, info: DataSetInfo) -> dict[str, str]:
    """What scaling and one-hot labels have nothing to work on."""
    if isinstance(layer, DataSource) and layer.target == "inputs":
        said = "Port y gives the inputs; labels and values are not used."
        return {"target_scaling": said, "one_hot": said}
    found = {}
    if info.has_classes or info.y_classes:
        found["target_scaling"] = f"{info.title} has labels; only numbers can be scaled."
    if not info.has_classes:
        kind = "a label at every step" if info.y_classes else "target values, not labels"
        found["one_hot"] = f"{info.title} has {kind}."
    return found


def with_consequences(layer: Layer, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values to set when these are chosen: another data set brings its size and noise along,
    and the columns that were picked mean nothing in it."""
    found = dict(values)
    info = catalogue().get(str(values.get("dataset", "")))
    if isinstance(layer, DataSource) and info is not None and info.key != layer.dataset:
        known = {"size": info.size, "noise": info.default_noise}
        found = {"features": (), "steps": 0} | known | found
    return found


def notes_of(layer: Layer) -> dict[str, str]:
    """Lines to show below fields: what the data set is and where it comes from."""
    if isinstance(layer, Variable) and layer.is_trainable and layer.is_random:
        return {"value": "Only its shape counts: each number is drawn at random."}
    info = info_of_layer(layer)
    if info is None:
        return {}
    wanted = (
        f"{len(info.classes)} classes" if info.has_classes else f"target: {info.target or 'value'}"
    )
    shape = " × ".join(str(axis) for axis in info.x_shape)
    numbers = "number" if info.x_shape == (1,) else "numbers"
    text = f"{info.description}. Each item: {shape} {numbers}; {wanted}.\nSource: {info.source}."
    notes = {"dataset": text}
    if info.features and len(info.x_shape) == 1:
        listed = ", ".join(f"{number} {name}" for number, name in enumerate(info.features[:4]))
        more = ", …" if len(info.features) > 4 else ""
        notes["features"] = f"{listed}{more}"
    return notes

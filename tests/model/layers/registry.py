"""What the contract tests need to try a layer that nobody told them about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st

from model.errors import DesignError
from model.fields import Field, fields_of, layer_with
from model.graph import NetworkGraph
from model.layer import Array, Layer, Loss, Port, Shape, Source, Spec
from model.layers import LAYERS
from tests.model.samples import Given, Projection, Shift, build, spread

INNER = {
    tag: kind
    for tag, kind in LAYERS.items()
    if not issubclass(kind, (Source, Loss)) and kind.inputs
}
"""Layers with something below them; a Variable has tests of its own."""
LOSSES = {tag: kind for tag, kind in LAYERS.items() if issubclass(kind, Loss)}
LARGEST_SIZE = 5
"""Of a field that counts units; larger networks only cost time."""
FITTING: dict[str, list[Any]] = {
    "channels": [2, 4],
    "groups": [1, 2],
    "kernel": [1, 2, 3],
    "stride": [1, 2],
    "dilation": [1, 2],
    "pad": [0, 1],
    "output_padding": [0, 1],
    "axis": [-1, 0, 1],
    "axes": [(0,), (1, 0), (0, 1), (2, 0, 1)],
    "start": [-1, 0, 1],
    "stop": [0, 2],
    "heads": [1, 2, 4],
}
"""Values of fields that fit few shapes together, so that most draws find a shape."""


def values_of(field: Field) -> list[Any]:
    """Several legal values: every choice, both booleans, and numbers all over the range."""
    if field.kind == "choice":
        return list(field.choices)
    if field.kind == "bool":
        return [False, True]
    if field.name in FITTING:
        return FITTING[field.name]
    low, high = field.low or 0.0, field.high or 1.0
    if field.kind == "int":
        top = min(high, max(low, 0) + LARGEST_SIZE)
        tries = {int(low), int(low) + 1, -1, 0, 1, int(top) - 1, int(top)}
        return sorted(value for value in tries if low <= value <= high)
    if field.kind == "float":
        top = min(high, low + 2.0)
        found = [low + (top - low) * share for share in (0.1, 0.35, 0.9)]
        found += [] if field.is_low_open else [low]
        found += [] if field.is_high_open else [top]
        return [*found, field.default]
    return [field.default]


def variants(kind: type[Layer]) -> list[Layer]:
    """The layer as it comes, and with each field in turn at each of several values."""
    plain = small(kind)
    found = [plain]
    for field in fields_of(kind):
        for value in values_of(field):
            changed = layer_with(plain, {field.name: value})
            if changed not in found:
                found.append(changed)
    return found


def small(kind: type[Layer]) -> Layer:
    units = {
        field.name: 4
        for field in fields_of(kind)
        if field.kind == "int" and field.default > LARGEST_SIZE
    }
    return layer_with(kind(), units)


def any_layer(kind: type[Layer]) -> st.SearchStrategy[Layer]:
    """The layer with all its fields drawn from their legal values."""
    drawn = {field.name: st.sampled_from(values_of(field)) for field in fields_of(kind)}
    return st.fixed_dictionaries(drawn).map(lambda values: layer_with(kind(), values))


@dataclass(frozen=True)
class Case:
    """A design around one layer, `tried`, and a batch for its data node `given`."""

    graph: NetworkGraph
    arrays: dict[str, dict[str, Array]]
    batch: int
    specs: tuple[Spec, ...]


def case_of(
    layer: Layer, shape: Shape, batch: int, seed: int, *, wires: int = 2, consumers: int = 1
) -> Case | None:
    """A design with the layer between given numbers and `consumers` losses; None where the layer
    takes no such shape. `wires`: how many enter each variadic port."""
    rng = np.random.default_rng(seed)
    if isinstance(layer, Loss):
        return _loss_case(layer, shape, batch, rng)
    ports = _ports_of(layer, wires, with_optional=seed % 2 == 1)
    specs = tuple(_spec_at(port, shape) for port in ports)
    try:
        out = layer.out_spec(*specs)
    except DesignError:
        return None
    given = Given(
        shapes=specs_of(specs), tokens=tuple(spec.classes for spec in specs), target=out.shape
    )
    layers: dict[str, Layer] = {"given": given, "tried": layer}
    texts = []
    for name, port, spec in zip("abcd", ports, specs, strict=False):
        if spec.classes:
            texts += [f"given.{name} > tried.{port.name}"]
            continue
        layers[f"shift_{name}"] = Shift()
        texts += [f"given.{name} > shift_{name}.h", f"shift_{name}.h > tried.{port.name}"]
    for k in range(consumers):
        layers[f"loss_{k}"] = Projection(weight=1.0 + k)
        texts += [f"tried.{layer.outputs[0].name} > loss_{k}.prediction"]
        texts += [f"given.y > loss_{k}.target"]
    arrays = {
        name: rng.integers(0, spec.classes, (batch, *spec.shape))
        if spec.classes
        else spread(rng, (batch, *spec.shape))
        for name, spec in zip("abcd", specs, strict=False)
    }
    arrays["y"] = spread(rng, (batch, *out.shape))
    return Case(build(layers, *texts), {"given": arrays}, batch, specs)


def _ports_of(layer: Layer, wires: int, *, with_optional: bool) -> list[Port]:
    found = []
    for port in layer.inputs:
        if with_optional or not port.is_optional:
            found += [port] * (wires if port.is_variadic else 1)
    return found


def _spec_at(port: Port, shape: Shape) -> Spec:
    """Where tokens may come they do: one of five for every step."""
    return Spec(shape[:1], 5) if port.takes_labels else Spec(shape)


def specs_of(specs: tuple[Spec, ...]) -> tuple[Shape, ...]:
    return tuple(spec.shape for spec in specs)


def _loss_case(layer: Loss, shape: Shape, batch: int, rng: np.random.Generator) -> Case | None:
    """Labels where the loss wants them for this shape, otherwise a target of the same shape."""
    if all(port.name != "target" for port in layer.inputs):
        return _loss_without_target(layer, shape, batch, rng)
    for target in _targets(shape):
        specs = (Spec(shape), target)
        try:
            layer.out_spec(*specs)
        except DesignError:
            continue
        given = Given(shapes=(shape,), target=target.shape, classes=target.classes)
        graph = build(
            {"given": given, "shift": Shift(), "tried": layer},
            "given.a > shift.h",
            "shift.h > tried.prediction",
            "given.y > tried.target",
        )
        full = (batch, *target.shape)
        y = rng.integers(0, target.classes, full) if target.classes else rng.random(full)
        arrays = {"given": {"a": spread(rng, (batch, *shape)), "y": y}}
        return Case(graph, arrays, batch, specs)
    return None


def _loss_without_target(
    layer: Loss, shape: Shape, batch: int, rng: np.random.Generator
) -> Case | None:
    """Numbers of one shape at every port."""
    names = "abcd"[: len(layer.inputs)]
    try:
        layer.out_spec(*[Spec(shape)] * len(names))
    except DesignError:
        return None
    layers: dict[str, Layer] = {"given": Given(shapes=(shape,) * len(names)), "tried": layer}
    texts = []
    for name, port in zip(names, layer.inputs, strict=True):
        layers[f"shift_{name}"] = Shift()
        texts += [f"given.{name} > shift_{name}.h", f"shift_{name}.h > tried.{port.name}"]
    arrays = {name: spread(rng, (batch, *shape)) for name in names}
    arrays["y"] = np.zeros(batch)
    specs = (Spec(shape),) * len(names)
    return Case(build(layers, *texts), {"given": arrays}, batch, specs)


def _targets(shape: Shape) -> Iterator[Spec]:
    if len(shape) == 1:
        yield Spec((), max(2, shape[0]))
    if len(shape) == 2:
        yield Spec(shape[:1], max(2, shape[1]))
    yield Spec(shape)


SHAPES: tuple[Shape, ...] = (
    (4,),
    (1,),
    (2,),
    (3, 2),
    (3, 4),
    (2, 3, 2),
    (4, 4, 2),
    (4, 7),
    (4, 6, 5),
)
"""A new layer that takes none of these needs one more here."""


def cases(layer: Layer, batch: int, seed: int, **options: int) -> list[Case]:
    """A case for each of the usual shapes that the layer takes."""
    found = [case_of(layer, shape, batch, seed, **options) for shape in SHAPES]
    return [case for case in found if case is not None]

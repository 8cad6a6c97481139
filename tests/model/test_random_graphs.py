"""Networks nobody thought of: random directed acyclic graphs out of the registry, and the whole
gradient of each against finite differences."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model.analysis.gradient_check import check_gradients
from model.errors import DesignError
from model.layer import Array, Layer, Spec
from model.layers.dense import Dense
from model.layers.reshape import Flatten
from tests.model.layers.registry import INNER, any_layer
from tests.model.samples import Given, Projection, Shift, build, spread

MOST_NODES = 7
LARGEST = 60
"""Numbers an item; larger ones only cost time."""


class _Growing:
    """A graph that is drawn node by node: each takes outputs that are there already."""

    def __init__(self, draw: Any) -> None:
        self._draw = draw
        self.layers: dict[str, Layer] = {}
        self.wires: list[str] = []
        self.open: dict[str, Spec] = {}
        self.used: set[str] = set()

    def add(self, layer: Layer, sources: list[str]) -> bool:
        """False where the layer does not take these shapes, or gives too much."""
        specs = tuple(self.open[key] for key in sources)
        try:
            out = layer.out_spec(*specs)
        except DesignError:
            return False
        if out.size > LARGEST or out.size == 0 or out.classes:
            return False
        key = f"node_{len(self.layers)}"
        ports = [port for port in layer.inputs if not port.is_optional]
        names = [ports[min(k, len(ports) - 1)].name for k in range(len(sources))]
        self.layers[key] = layer
        self.wires += [
            f"{source}.{self._port(source)} > {key}.{name}"
            for source, name in zip(sources, names, strict=True)
        ]
        self.used.update(sources)
        self.open[key] = out
        return True

    def _port(self, key: str) -> str:
        return self.layers[key].outputs[0].name

    def grow(self) -> None:
        kind = INNER[self._draw(st.sampled_from(sorted(INNER)))]
        layer = self._draw(any_layer(kind))
        ports = [port for port in layer.inputs if not port.is_optional]
        count = self._draw(st.integers(2, 3)) if ports[0].is_variadic else len(ports)
        sources = self._draw(
            st.lists(st.sampled_from(sorted(self.open)), min_size=count, max_size=count)
        )
        self.add(layer, sources)


@st.composite
def networks(draw: Any) -> tuple[Any, dict[str, dict[str, Array]]]:
    """A graph and a batch for its data node `given`."""
    shapes = draw(st.lists(st.sampled_from([(3,), (4,), (2, 3)]), min_size=1, max_size=2))
    batch = draw(st.integers(1, 5))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    growing = _Growing(draw)
    inputs = []
    for name, shape in zip("ab", shapes, strict=False):
        key = f"shift_{name}"
        growing.layers[key] = Shift()
        growing.open[key] = Spec(shape)
        inputs.append(f"given.{name} > {key}.h")
    for _ in range(draw(st.integers(1, MOST_NODES))):
        growing.grow()
    ends = [key for key in growing.open if key not in growing.used]
    if draw(st.booleans()):  # two tied Dense layers on top of one another
        key = ends[0]
        if len(growing.open[key].shape) > 1:
            growing.add(Flatten(), [key])
            key = next(reversed(growing.layers))
        size = growing.open[key].size
        if growing.add(Dense(units=2), [key]):
            below = next(reversed(growing.layers))
            growing.add(Dense(units=size, tied_to=below), [below])
        ends = [key for key in growing.open if key not in growing.used]
    targets = {}
    arrays = {name: spread(rng, (batch, *shape)) for name, shape in zip("ab", shapes, strict=False)}
    layers: dict[str, Layer] = dict(growing.layers)
    wires = inputs + growing.wires
    for number, key in enumerate(ends):
        place = f"target_{number}"
        spec = growing.open[key]
        targets[place] = {"a": spread(rng, (batch, *spec.shape))}
        layers[place] = Given(shapes=(spec.shape,))
        layers[f"loss_{number}"] = Projection(weight=1.0 + number)
        wires.append(f"{key}.{layers[key].outputs[0].name} > loss_{number}.prediction")
        wires.append(f"{place}.a > loss_{number}.target")
    graph = build({"given": Given(shapes=tuple(shapes)), **layers}, *wires)
    return graph, {"given": arrays, **targets}


@given(networks())
@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_the_whole_gradient_of_any_graph_agrees_with_finite_differences(
    drawn: tuple[Any, dict[str, dict[str, Array]]],
):
    graph, arrays = drawn
    report = check_gradients(graph, arrays)
    assert report.checked > 0
    assert report.is_good, report

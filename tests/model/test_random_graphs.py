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
from model.plan import compile_plan
from tests.model.layers.registry import INNER, any_layer
from tests.model.samples import Given, Projection, Shift, build, spread

MOST_NODES = 7
CHOOSERS = {"maximum", "max_pool_1d", "max_pool_2d"}
"""They have no derivative where two numbers are equal, as copies of one output are; their own tests
give them distinct numbers."""
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
        # Dropout and ReLU give exact zeros, where the next ReLU has a kink: a shift leads off it.
        self.layers[f"{key}_off"] = Shift()
        self.wires.append(f"{key}.{self._port(key)} > {key}_off.h")
        self.open[f"{key}_off"] = out
        return True

    def _port(self, key: str) -> str:
        return self.layers[key].outputs[0].name

    def grow(self) -> None:
        kind = INNER[self._draw(st.sampled_from(sorted(INNER.keys() - CHOOSERS)))]
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
            key = next(reversed(growing.open))
        size = growing.open[key].size
        if growing.add(Dense(units=2), [key]):
            below = next(reversed(growing.open))
            tied = Dense(units=size, tied_to=below.removesuffix("_off"))
            growing.add(tied, [below])
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
    max_examples=100,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_the_whole_gradient_of_any_graph_agrees_with_finite_differences(
    drawn: tuple[Any, dict[str, dict[str, Array]]],
):
    graph, arrays = drawn
    plan = compile_plan(graph, dtype=np.float64)
    plan.theta += 0.3 * spread(np.random.default_rng(len(plan.theta)), plan.theta.shape)
    report = check_gradients(graph, arrays, plan=plan)  # parameters at 0 would sit on a kink
    assert report.checked > 0
    assert report.is_good, (
        report.nodes,
        repr({k: n.layer for k, n in graph.nodes.items() if k.startswith("node")}),
    )

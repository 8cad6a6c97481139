"""The map of h on cards that pass numbers on: that of what they are fed, and never an old one."""

from __future__ import annotations

import numpy as np
import pytest

from gui.canvas.cards import face_for
from gui.canvas.cards.hints import KEEP_SIGN, hints_of
from model import editing
from model.design import Design, Node, Wire
from model.graph import NetworkGraph
from model.layer import Layer, Spec
from model.layers import LAYERS
from model.plan import compile_plan
from model.shapes import Inference, infer
from model.snapshot import NodeView
from tests.gui.cards.conftest import Card
from tests.model.layers.registry import cases, small


def fed(scaling: str, *layers: Layer) -> NetworkGraph:
    """A data set of ten numbers, and layers one behind the other: n0, n1, ..."""
    source = LAYERS["data"](dataset="diabetes", scaling=scaling)
    nodes = {"data_1": Node(layer=source)}
    wires, last, port = [], "data_1", "x"
    for number, layer in enumerate(layers):
        key = f"n{number}"
        nodes[key] = Node(layer=layer)
        wires.append(Wire(last, port, key, layer.inputs[0].name))
        last, port = key, "h"
    return NetworkGraph(Design(nodes=nodes, wires=tuple(wires)))


def map_of(graph: NetworkGraph, key: str) -> str:
    face = face_for(graph.node(key), infer(graph), key, hints_of(graph)[key])
    return face.h_map


@pytest.mark.parametrize(
    ("scaling", "layers", "shown"),
    [
        ("none", [LAYERS["dense"](units=5), LAYERS["dropout"]()], "signed"),
        ("none", [LAYERS["dense"](units=5), LAYERS["relu"](), LAYERS["dropout"]()], "plain"),
        ("unit", [LAYERS["dropout"]()], "plain"),
        ("standardize", [LAYERS["dropout"]()], "signed"),
        ("none", [LAYERS["relu"](), LAYERS["dropout"](), LAYERS["dropout"]()], "plain"),
    ],
)
def test_a_card_that_passes_numbers_on_has_the_map_of_what_it_is_fed(scaling, layers, shown):
    graph = fed(scaling, *layers)
    assert map_of(graph, f"n{len(layers) - 1}") == shown


def test_a_layer_above_takes_the_map_with_it():
    graph = fed("none", LAYERS["dense"](units=5), LAYERS["tanh"](), LAYERS["dropout"]())
    assert map_of(graph, "n2") == "signed"
    edit = editing.replace_layer(graph, "n1", LAYERS["relu"]())
    graph.apply(edit.changes)
    assert map_of(graph, "n2") == "plain"
    graph.apply(edit.reversed().changes)
    assert map_of(graph, "n2") == "signed"


def test_data_of_unknown_sign_give_their_cards_another_face_when_they_change():
    graph = fed("none", LAYERS["dropout"]())
    before = hints_of(graph)["n0"]
    assert before.sign == "inherited"
    graph.apply(editing.set_fields(graph, "data_1", {"noise": 0.5}).changes)
    assert hints_of(graph)["n0"] != before


@pytest.mark.parametrize("spec", [Spec((5,)), Spec((3, 4, 4))])
def test_a_reset_forgets_the_negative_numbers_of_the_run_before(spec):
    node = Node(layer=LAYERS["dropout"](p=0.2))
    found = Inference(outputs={("n", "h"): spec}, first_outputs={"n": spec}, inputs={"n": (spec,)})
    face = face_for(node, found, "n")
    shown = Card(face, NodeView(out=np.full(spec.shape, -1.0, np.float32)))
    assert face.h_map == "plain"
    shown.image()
    assert face.h_map == "signed"
    face.forget()
    assert face.h_map == "plain"
    Card(face, NodeView(out=np.ones(spec.shape, np.float32))).image()
    assert face.h_map == "plain"


@pytest.mark.parametrize("tag", sorted(KEEP_SIGN))
def test_layers_that_keep_the_sign_really_give_nothing_negative_for_nothing_negative(tag):
    fitting = cases(small(LAYERS[tag]), batch=3, seed=2)
    assert fitting
    for case in fitting:
        run = compile_plan(case.graph, dtype=np.float64).bind(case.batch, is_training=True)
        run.fill({"given": {port: np.abs(found) for port, found in case.arrays["given"].items()}})
        run.forward()
        assert (run.at["tried"].out >= 0).all()

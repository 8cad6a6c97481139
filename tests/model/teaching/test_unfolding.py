"""Layers taken apart and put together: the same values, the same deltas, the same design."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from model import editing
from model.design import Edit, Node, Note
from model.errors import DesignError
from model.graph import NetworkGraph
from model.layer import Array, Layer
from model.layers.activations import ReLU, Softmax, Tanh
from model.layers.batch_norm import BatchNorm
from model.layers.dense import Dense
from model.layers.losses import MeanSquaredError
from model.layers.scalar import Function, Variable
from model.plan import Plan, compile_plan
from model.settings import TrainingSettings
from model.teaching.folding import can_fold, fold
from model.teaching.replacing import typed
from model.teaching.unfolding import LARGEST, can_unfold, unfold
from tests.model.samples import Given, build

BATCH = 5
LAYERS: dict[str, Layer] = {
    "dense": Dense(units=3),
    "dense without bias": Dense(units=2, use_bias=False),
    "one unit": Dense(units=1),
    "large": Dense(units=LARGEST),
    "batch norm": BatchNorm(epsilon=1e-3),
    "softmax": Softmax(),
}


def design(layer: Layer, n: int = 4) -> NetworkGraph:
    """A Dense layer in front, so that the delta under the layer is seen, and one behind."""
    return build(
        {
            "data": Given(shapes=((n,),), target=(2,)),
            "first": Dense(units=n),
            "tanh": Tanh(),
            "middle": layer,
            "last": Dense(units=2),
            "loss": MeanSquaredError(),
        },
        "data.a > first.h",
        "first.h > tanh.h",
        "tanh.h > middle.h",
        "middle.h > last.h",
        "last.h > loss.prediction",
        "data.y > loss.target",
        training=TrainingSettings(seed=5),
    )


def trained(graph: NetworkGraph) -> Plan:
    """A plan whose parameters are none of the first values."""
    plan = compile_plan(graph, dtype=np.float64)
    plan.theta[...] = np.random.default_rng(3).normal(size=plan.theta.size)
    return plan


def passes(graph: NetworkGraph, plan: Plan) -> tuple[float, Any]:
    n = graph.node("data").layer.shapes[0][0]  # type: ignore[attr-defined]
    rng = np.random.default_rng(11)
    run = plan.bind(BATCH, is_training=True)
    run.fill({"data": {"a": rng.normal(size=(BATCH, n)), "y": rng.normal(size=(BATCH, 2))}})
    loss = run.forward()
    run.backward()
    return loss, run


def following(graph: NetworkGraph, edit: Edit, plan: Plan) -> tuple[NetworkGraph, Plan]:
    """The edited design with the weights of all nodes that stayed."""
    edited = NetworkGraph(graph.design())
    edited.apply(edit.changes)
    after = compile_plan(edited, dtype=np.float64)
    after.adopt(plan)
    return edited, after


def close(one: Array, other: Array) -> None:
    np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("layer", LAYERS.values(), ids=LAYERS.keys())
def test_an_unfolded_layer_has_the_same_values_and_deltas(layer: Layer):
    graph = design(layer)
    plan = trained(graph)
    loss, run = passes(graph, plan)
    edit = unfold(graph, plan, "middle")
    edited, after = following(graph, edit, plan)
    unfolded_loss, unfolded = passes(edited, after)
    assert unfolded_loss == pytest.approx(loss, rel=1e-12)
    exit_id = edit.created[-1]
    close(unfolded.at[exit_id].out, run.at["middle"].out)
    close(unfolded.at[exit_id].delta_out, run.at["middle"].delta_out)
    close(unfolded.at["tanh"].delta_out, run.at["middle"].delta)
    for name in plan.by_id["middle"].parameters:
        role = {"gamma": "γ", "beta": "β"}.get(name, name)
        found = {
            edited.node(made).name: after.gradient(made, "theta")
            for made in edit.created
            if edited.node(made).name.startswith(f"{role}_")
        }
        expected = plan.gradient("middle", name)
        assert len(found) == expected.size
        for index in np.ndindex(expected.shape):
            close(found[f"{role}_{''.join(map(str, index))}"], expected[index])


@pytest.mark.parametrize("layer", LAYERS.values(), ids=LAYERS.keys())
def test_folding_gives_the_layer_back_with_its_trained_weights(layer: Layer):
    graph = design(layer)
    plan = trained(graph)
    edit = unfold(graph, plan, "middle")
    edited, after = following(graph, edit, plan)
    for member in edit.created:
        if edited.node(member).name != edited.node(edit.created[-1]).name:
            assert can_fold(edited, member)
    folded, again = following(edited, fold(edited, after, edit.created[0]), after)
    new = next(k for k in folded if k not in edited)
    assert folded.node(new).layer == layer
    before = graph.node("middle")
    place = folded.node(new)
    assert (place.x, place.y, place.name) == (before.x, before.y, before.name)
    for name in plan.by_id["middle"].parameters:
        assert (again.parameter(new, name) == plan.parameter("middle", name)).all()
    loss, run = passes(graph, plan)
    folded_loss, back = passes(folded, again)
    assert folded_loss == pytest.approx(loss, rel=1e-12)
    close(back.at["tanh"].delta_out, run.at["middle"].delta)
    for other in graph:
        if other != "middle":
            assert folded.node(other) == graph.node(other)


def test_what_lies_below_and_to_the_right_makes_room():
    graph = design(Dense(units=3))
    below = [k for k in graph if graph.node(k).y > graph.node("middle").y]
    note = Note(text="here", x=500, y=0)
    graph.apply([*editing.add_note(graph, "here", 500, 0).changes])
    edit = unfold(graph, None, "middle")
    edited, _ = following(graph, edit, compile_plan(graph))
    lowest = max(edited.node(made).y for made in edit.created)
    assert below
    assert all(edited.node(k).y > lowest for k in below)
    assert edited.notes["note_1"].x > note.x + 328
    graph.apply(edit.changes)
    graph.apply(edit.reversed().changes)
    assert graph.node("middle").layer == Dense(units=3)


def test_frozen_and_penalised_weights_stay_so():
    graph = design(Dense(units=2))
    graph.apply(editing.set_node(graph, "middle", {"is_frozen": True, "l2": 0.25}).changes)
    edit = unfold(graph, None, "middle")
    graph.apply(edit.changes)
    weights = [graph.node(made) for made in edit.created if graph.node(made).name[:2] == "W_"]
    assert len(weights) == 8
    assert all(node.is_frozen and node.l2 == 0.25 for node in weights)
    assert all(node.layer.is_penalised for node in weights if isinstance(node.layer, Variable))
    again = fold(graph, None, edit.created[0])
    graph.apply(again.changes)
    node = graph.node(again.created[0])
    assert (node.is_frozen, node.l1, node.l2) == (True, None, 0.25)


def test_without_a_training_the_first_values_are_taken():
    graph = design(Dense(units=2))
    plan = compile_plan(graph, dtype=np.float64)
    edit = unfold(graph, None, "middle")
    graph.apply(edit.changes)
    first = next(made for made in edit.created if graph.node(made).name == "W_00")
    layer = graph.node(first).layer
    assert isinstance(layer, Variable)
    assert float(layer.value) == plan.parameter("middle", "W")[0, 0]


def test_a_changed_graph_is_not_folded_and_says_why():
    graph = design(Dense(units=2))
    edit = unfold(graph, None, "middle")
    graph.apply(edit.changes)
    out = next(made for made in edit.created if graph.node(made).name == "out_0")
    layer = graph.node(out).layer
    assert isinstance(layer, Function)
    graph.apply(editing.set_fields(graph, out, {"formula": layer.formula + " + 1"}).changes)
    assert not can_fold(graph, out)
    with pytest.raises(DesignError, match="out_0"):
        fold(graph, None, out)


def test_what_cannot_be_unfolded_says_why():
    graph = design(ReLU())
    assert "cannot be unfolded" in can_unfold(graph, "middle")
    wide = design(Dense(units=LARGEST + 1))
    assert "at most 8" in can_unfold(wide, "middle")
    with pytest.raises(DesignError, match="at most 8"):
        unfold(wide, None, "middle")
    assert can_unfold(graph, "first") == ""
    many = design(Dense(units=5), n=LARGEST)
    assert "with 8 inputs at most 4 units" in can_unfold(many, "middle")
    assert can_unfold(design(Dense(units=4), n=LARGEST), "middle") == ""
    assert "at most 8 inputs" in can_unfold(design(Dense(units=2), n=LARGEST + 1), "middle")
    assert "9 numbers; at most 8" in can_unfold(design(Softmax(), n=LARGEST + 1), "middle")
    tied = design(Dense(units=4))
    tied.apply(editing.set_fields(tied, "middle", {"tied_to": "first"}).changes)
    assert "shares its weights" in can_unfold(tied, "first")
    assert not can_fold(graph, "middle")


def test_numbers_are_typed_with_every_digit():
    from model.layers.scalar import numbers

    rng = np.random.default_rng(0)
    for shape in [(), (1,), (3,), (1, 2), (1, 1), (2, 1), (2, 3)]:
        values = rng.normal(size=shape) * 1e-9
        found_shape, found = numbers(typed(values))
        assert found_shape == shape
        assert (np.array(found) == values.reshape(-1)).all()


@pytest.mark.parametrize(
    ("layer", "n"),
    [
        (Dense(units=8), 5),
        (Dense(units=4), 8),
        (Dense(units=1), 8),
        (Dense(units=2), 2),
        (BatchNorm(), 8),
        (Softmax(), 8),
    ],
    ids=["dense 5 to 8", "dense 8 to 4", "dense 8 to 1", "dense 2 to 2", "batch norm", "softmax"],
)
def test_an_unfolded_layer_stays_within_a_small_screen(layer: Layer, n: int):
    # 926 x 304 px are free on a screen of 1366 x 768; at 62 % that is 1493 x 490 of the canvas.
    # A small card is 112 x 52 px, the card that stacks the numbers about 264 x 190.
    graph = design(layer, n)
    edit = unfold(graph, None, "middle")
    nodes = [change.new for change in edit.changes if change.key in edit.created]
    made = [node for node in nodes if isinstance(node, Node)]
    *small, stack = made
    assert all(node.is_compact for node in small)
    left, top = min(node.x for node in made), min(node.y for node in made)
    assert max(node.x for node in small) - left + 112 <= 1493
    assert max(node.y for node in small) - top + 52 <= 490
    assert stack.x - left + 264 <= 1493
    assert stack.y - top + 190 <= 490
    places = sorted((node.x, node.y) for node in small)
    for (x, y), (other_x, other_y) in itertools.combinations(places, 2):
        assert abs(x - other_x) >= 112 + 16 or abs(y - other_y) >= 52 + 8

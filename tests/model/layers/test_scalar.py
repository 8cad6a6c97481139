"""Variables, formulas and the goal: the lecture's graphs drawn by hand."""

from __future__ import annotations

import numpy as np
import pytest

from model import editing
from model.analysis.gradient_check import check_gradients
from model.design import Design, Node, Wire
from model.errors import DesignError, FieldError
from model.expressions import DomainError, FormulaError
from model.fields import layer_with
from model.graph import NetworkGraph
from model.layers.scalar import Function, Goal, Variable, numbers
from model.observing import take_snapshot
from model.optimizers import SGD
from model.settings import TrainingSettings
from model.shapes import infer
from model.snapshot import SnapshotRequest
from model.trainer import Trainer


def graph_of(layers: dict[str, object], wires: list[str], lr: float = 0.1) -> NetworkGraph:
    """Wires are written `source > target.port`."""
    drawn = []
    for text in wires:
        source, end = text.split(" > ")
        drawn.append(Wire(source, "h", *end.split(".")))
    nodes = {key: Node(layer=layer) for key, layer in layers.items()}
    settings = TrainingSettings(optimizer=SGD(lr=lr))
    return NetworkGraph(Design(nodes=nodes, wires=tuple(drawn), training=settings))


def chain_rule() -> NetworkGraph:
    """z = 2 y^2 - 1, y = log x, x = 2 w + 3 at w = 1."""
    layers = {
        "w": Variable(value="1"),
        "x": Function(formula="2*w + 3"),
        "y": Function(formula="log(x)"),
        "z": Function(formula="2*y**2 - 1"),
        "goal": Goal(),
    }
    return graph_of(layers, ["w > x.w", "x > y.x", "y > z.y", "z > goal.prediction"])


def test_the_lectures_example_has_the_lectures_numbers():
    # x = 5, y = log 5, z = 2 log(5)^2 - 1; dz/dy = 4 y, dz/dx = 4 y / 5, dz/dw = 2 * 4 y / 5
    trainer = Trainer(chain_rule())
    trainer.step()
    nodes = take_snapshot(trainer, SnapshotRequest()).nodes
    assert nodes["x"].out == 5
    assert float(nodes["y"].out) == pytest.approx(1.6094379, abs=1e-7)
    assert float(nodes["z"].out) == pytest.approx(4.1805808, abs=1e-7)
    assert float(nodes["y"].delta) == pytest.approx(6.4377516, abs=1e-7)
    assert float(nodes["x"].delta) == pytest.approx(1.2875503, abs=1e-7)
    assert float(nodes["w"].delta) == pytest.approx(2.5751007, abs=1e-7)
    assert trainer.plan.parameter("w", "theta") == pytest.approx(1 - 0.1 * 2.5751007, abs=1e-7)


def test_gradient_descent_on_a_variable_finds_the_minimum():
    # log(2 w + 3) is zero at w = -1, where z = -1 is least
    trainer = Trainer(chain_rule())
    for _ in range(300):
        trainer.step()
    assert trainer.loss == pytest.approx(-1)
    assert trainer.plan.parameter("w", "theta") == pytest.approx(-1)


def test_a_constant_stays_and_still_shows_its_delta():
    graph = graph_of(
        {
            "a": Variable(value="2", is_trainable=False),
            "w": Variable(value="3"),
            "product": Function(formula="a*w"),
            "goal": Goal(),
        },
        ["a > product.a", "w > product.w", "product > goal.prediction"],
    )
    trainer = Trainer(graph)
    trainer.step()
    nodes = take_snapshot(trainer, SnapshotRequest()).nodes
    assert float(nodes["a"].delta) == 3
    assert float(nodes["w"].delta) == 2
    assert float(nodes["a"].out) == 2


def test_one_variable_used_twice_adds_up_its_deltas():
    # J = w^2 + 3 w at w = 2: dJ/dw = 2 w + 3 = 7
    graph = graph_of(
        {
            "w": Variable(value="2"),
            "square": Function(formula="w**2"),
            "line": Function(formula="3*w"),
            "sum": Function(formula="a + b"),
            "goal": Goal(),
        },
        ["w > square.w", "w > line.w", "square > sum.a", "line > sum.b", "sum > goal.prediction"],
    )
    trainer = Trainer(graph)
    trainer.step()
    assert float(take_snapshot(trainer, SnapshotRequest()).nodes["w"].delta) == 7


def test_matrices_and_vectors_agree_with_finite_differences():
    graph = graph_of(
        {
            "W": Variable(value="1, -2, 0.5; 0.3, 1, 2"),
            "x": Variable(value="1, 2, 3"),
            "b": Variable(value="0.1, -0.2"),
            "z": Function(formula="W @ x + b"),
            "p": Function(formula="softmax(z)"),
            "j": Function(formula="sum(p * z) / norm(z)"),
            "goal": Goal(weight=2.0),
        },
        ["W > z.W", "x > z.x", "b > z.b", "z > p.z", "p > j.p", "z > j.z", "j > goal.prediction"],
    )
    report = check_gradients(graph, {})
    assert report.worst < 1e-6
    assert report.checked >= 11


def test_typed_numbers_make_scalars_vectors_and_matrices():
    assert numbers("2.5") == ((), (2.5,))
    assert numbers("1/3")[1][0] == pytest.approx(1 / 3)
    assert numbers("1, 2, 3") == ((3,), (1.0, 2.0, 3.0))
    assert numbers("4,") == ((1,), (4.0,))
    assert numbers("1, 2;") == ((1, 2), (1.0, 2.0))
    assert numbers("5;\n") == ((1, 1), (5.0,))
    assert numbers("1, 2; 3, 4") == ((2, 2), (1.0, 2.0, 3.0, 4.0))


@pytest.mark.parametrize("text", ["", "a", "1, 2; 3", "1/0", "9**9**9", "1 2", "--"])
def test_what_is_no_number_is_refused_in_words(text: str):
    with pytest.raises(FieldError):
        layer_with(Variable(), {"value": text})


def test_a_formula_that_cannot_be_read_is_refused_with_its_place():
    with pytest.raises(FormulaError) as caught:
        layer_with(Function(), {"formula": "2*"})
    assert caught.value.start == 2


def test_a_logarithm_of_a_negative_number_is_reported_at_its_node():
    graph = graph_of(
        {"w": Variable(value="-2"), "y": Function(formula="log(w)"), "goal": Goal()},
        ["w > y.w", "y > goal.prediction"],
    )
    with pytest.raises(DomainError, match="the value is -2") as caught:
        Trainer(graph).step()
    assert caught.value.node_id == "y"


def test_a_renamed_name_of_a_formula_keeps_its_wire():
    graph = chain_rule()
    graph.apply(editing.set_fields(graph, "x", {"formula": "2*weight + 3"}).changes)
    assert [wire.target_port for wire in graph.wires_into("x")] == ["weight"]
    assert infer(graph).can_run


def test_a_name_that_is_gone_loses_its_wire_and_undo_brings_it_back():
    graph = chain_rule()
    before = graph.design()
    edit = editing.set_fields(graph, "x", {"formula": "a + b"})
    graph.apply(edit.changes)
    assert graph.wires_into("x") == []
    graph.apply(edit.reversed().changes)
    assert graph.design() == before


def test_a_new_value_is_taken_over_while_training():
    graph = chain_rule()
    trainer = Trainer(graph)
    trainer.step()
    edited = NetworkGraph(graph.design())
    edited.apply(editing.set_fields(edited, "w", {"value": "4"}).changes)
    trainer.update(edited)
    assert trainer.plan.parameter("w", "theta") == 4


def test_the_goal_is_one_number():
    graph = graph_of({"w": Variable(value="1, 2"), "goal": Goal()}, ["w > goal.prediction"])
    with pytest.raises(DesignError, match="one number"):
        Trainer(graph)


def test_a_variable_mixes_with_data():
    # J = mean (w x)^2 over the batch: dJ/dw = 2 w mean x^2, checked against differences
    from model.layers.source import DataSource

    nodes = {
        "data": Node(layer=DataSource(dataset="curve", size=20)),
        "w": Node(layer=Variable(value="0.5")),
        "y": Node(layer=Function(formula="sum((w*x)**2)")),
        "goal": Node(layer=Goal()),
    }
    wires = (
        Wire("data", "x", "y", "x"),
        Wire("w", "h", "y", "w"),
        Wire("y", "h", "goal", "prediction"),
    )
    graph = NetworkGraph(Design(nodes=nodes, wires=wires))
    x = np.linspace(-1, 1, 6).reshape(6, 1)
    report = check_gradients(graph, {"data": {"x": x, "y": x}})
    assert report.worst < 1e-6


def edited(graph: NetworkGraph, key: str, **fields: object) -> NetworkGraph:
    """A copy with other fields of one node."""
    copy = NetworkGraph(graph.design())
    copy.apply(editing.set_fields(copy, key, fields).changes)
    return copy


def test_a_value_typed_between_two_steps_counts_at_once():
    graph = chain_rule()
    trainer = Trainer(graph)
    trainer.step()
    trainer.update(edited(graph, "w", value="3"))
    nodes = take_snapshot(trainer, SnapshotRequest()).nodes
    assert nodes["w"].out == 3
    assert nodes["x"].out == 9
    assert nodes["goal"].extras["loss"] == pytest.approx(2 * np.log(9) ** 2 - 1)
    assert nodes["x"].delta is None
    trainer.step()  # dz/dx = 4 log(9) / 9
    nodes = take_snapshot(trainer, SnapshotRequest()).nodes
    assert float(nodes["x"].delta) == pytest.approx(4 * np.log(9) / 9)


def test_a_formula_typed_between_two_steps_is_computed_at_once():
    graph = chain_rule()
    trainer = Trainer(graph)
    trainer.step()
    w = float(trainer.plan.parameter("w", "theta"))
    trainer.update(edited(graph, "x", formula="w + 7"))
    nodes = take_snapshot(trainer, SnapshotRequest()).nodes
    assert float(nodes["x"].out) == w + 7


def test_a_trained_variable_tells_what_the_update_has_made_of_it():
    trainer = Trainer(chain_rule())
    trainer.step()
    view = take_snapshot(trainer, SnapshotRequest()).nodes["w"]
    assert view.out == 1
    assert float(view.extras["theta"]) == pytest.approx(1 - 0.1 * 2.5751007, abs=1e-7)

"""A formula becomes a graph, and the graph computes the formula."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.errors import FieldError
from model.expressions import Call, FormulaError, Name, Number, Program, parse, text_of
from model.graph import NetworkGraph
from model.layers.scalar import Function, Goal, Variable
from model.plan import compile_plan
from model.shapes import infer
from model.teaching.from_expression import first_values, from_expression, gives_one_number

LECTURE = "(2*log(2*w+3)**2) - 1"


def drawn(text: str, **options: object) -> NetworkGraph:
    graph = NetworkGraph()
    graph.apply(from_expression(graph, text, **options).changes)  # type: ignore[arg-type]
    return graph


def formulas(graph: NetworkGraph) -> dict[str, str]:
    layers = {node.name: node.layer for node in graph.nodes.values()}
    return {name: found.formula for name, found in layers.items() if isinstance(found, Function)}


def outcome(graph: NetworkGraph) -> tuple[float, dict[str, float]]:
    """J, and dJ/d(variable) by name, added up over its numbers."""
    plan = compile_plan(graph, dtype=np.float64)
    run = plan.bind(1, is_training=True)
    loss = run.forward()
    run.backward()
    found = {}
    for key, node in graph.nodes.items():
        if isinstance(node.layer, Variable):
            found[node.name] = float(plan.gradient(key, "theta").sum())
    return loss, found


def test_the_lectures_expression_becomes_the_lectures_nodes():
    graph = drawn(LECTURE)
    assert formulas(graph) == {"x": "2*w + 3", "y": "log(x)", "z": "2*y**2 - 1"}
    loss, slopes = outcome(graph)
    assert loss == pytest.approx(2 * math.log(5) ** 2 - 1, rel=1e-14)
    assert slopes == {"w": pytest.approx(8 * math.log(5) / 5, rel=1e-14)}


def test_one_operation_a_node_on_request():
    graph = drawn(LECTURE, granularity="fine")
    assert sorted(formulas(graph).values()) == sorted(
        ["2*w", "t + 3", "log(u)", "v**2", "2*x", "y - 1"]
    )
    assert outcome(graph)[0] == pytest.approx(2 * math.log(5) ** 2 - 1, rel=1e-14)


def test_it_is_laid_out_from_left_to_right_without_overlap():
    graph = drawn("sin(a)*b + log(a + c)", x=40, y=80)
    for wire in graph.wires():
        assert graph.node(wire.source).x < graph.node(wire.target).x
    places = [(node.x, node.y) for node in graph.nodes.values()]
    assert len(set(places)) == len(places)
    assert min(x for x, _ in places) == 40
    assert min(y for _, y in places) == 80
    for at in {x for x, _ in places}:
        rows = sorted(y for x, y in places if x == at)
        assert all(below - above >= 200 for above, below in pairwise(rows))


def test_a_name_used_twice_is_one_variable_with_a_fan_out():
    graph = drawn("sin(w)*w")
    variables = [key for key, node in graph.nodes.items() if isinstance(node.layer, Variable)]
    assert len(variables) == 1
    assert len(graph.wires_from(variables[0])) == 2
    assert outcome(graph)[1]["w"] == pytest.approx(math.cos(1) + math.sin(1))


def test_a_single_name_is_a_variable_and_the_goal():
    graph = drawn("w")
    assert [type(node.layer) for node in graph.nodes.values()] == [Variable, Goal]
    assert infer(graph).can_run


def test_vectors_and_matrices_can_be_given():
    graph = drawn("softmax(W @ x + b)", values={"W": "1, 2; 3, 4", "x": "1, -1", "b": "0, 1"})
    assert not any(isinstance(node.layer, Goal) for node in graph.nodes.values())
    assert formulas(graph) == {"y": "W @ x + b", "z": "softmax(y)"}
    summed = drawn("sum((W @ x - b)**2)", values={"W": "1, 2; 3, 4", "x": "1, -1", "b": "0, 1"})
    assert outcome(summed)[0] == pytest.approx((1 - 2) ** 2 + (3 - 4 - 1) ** 2)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("W @ x + b", {"W": "1, 2; 3, 4", "x": "1, 2", "b": "1"}),
        ("sum(softmax(z)*y)", {"z": "1, 2", "y": "1"}),
        ("dot(a, b)", {"a": "1, 2", "b": "1, 2"}),
        ("norm(X @ w)", {"X": "1, 2; 3, 4", "w": "1, 2"}),
        ("sin(A)", {"A": "1"}),
    ],
)
def test_vectors_and_matrices_are_put_in_where_numbers_do_not_fit(text: str, values: dict):
    graph = drawn(text)
    nodes = [node for node in graph.nodes.values() if isinstance(node.layer, Variable)]
    assert {node.name: node.layer.value for node in nodes} == values
    assert not any(problem.node_id for problem in infer(graph).problems)


def test_shapes_that_do_not_fit_are_drawn_and_said_at_their_node():
    graph = drawn("W @ x + b", values={"W": "1, 2; 3, 4", "x": "1, 2, 3"})
    assert any("inner sizes" in problem.hint for problem in infer(graph).problems)


def test_constants_and_names_of_results_never_clash_with_those_of_the_person():
    graph = drawn("log(2)*exp(z*x*y) + J")
    assert formulas(graph) == {"u": "z*x*y", "v": "exp(u)", "w": "log(2)*v + J"}
    assert outcome(graph)[0] == pytest.approx(math.log(2) * math.e + 1)


def test_everything_is_one_step_of_undo():
    graph = drawn(LECTURE)
    before = graph.design()
    edit = from_expression(graph, "a*b")
    graph.apply(edit.changes)
    assert len(graph) == 9
    graph.apply(edit.reversed().changes)
    assert graph.design() == before


@pytest.mark.parametrize(
    ("text", "start"), [("2*", 2), ("", 0), ("2 + 3", 0), ("f(w)", 0), ("w.real", 1)]
)
def test_a_fault_says_its_place(text: str, start: int):
    with pytest.raises(FormulaError) as caught:
        drawn(text)
    assert caught.value.start == start


def test_a_piece_too_long_for_one_node_is_refused_with_its_place():
    long = "9e14*" * 99 + "w"
    assert len(long) <= 500
    with pytest.raises(FormulaError, match="too long") as caught:
        drawn(long)
    assert caught.value.start == 0


def test_a_value_that_is_no_number_is_refused():
    with pytest.raises(FieldError):
        drawn("2*w", values={"w": "1; 2, 3"})


def test_many_nodes_are_numbered():
    graph = drawn("+".join(f"sin({letter}*{letter})" for letter in "abcdfghjklmnpq"))
    assert {"h_1", "h_29"} <= set(formulas(graph))
    assert outcome(graph)[0] == pytest.approx(14 * math.sin(1))


values_ = st.integers(1, 5).map(lambda value: Number(float(value)))
trees = st.recursive(
    values_ | st.sampled_from([Name("a"), Name("b"), Name("z")]),
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["add", "subtract", "multiply", "max"]), inner, inner).map(
            lambda made: Call(made[0], made[1:])
        ),
        st.tuples(st.sampled_from(["sin", "tanh", "negative", "square"]), inner).map(
            lambda made: Call(made[0], made[1:])
        ),
    ),
    max_leaves=12,
)


@settings(max_examples=60, deadline=None)
@given(trees, st.sampled_from(["lecture", "fine"]), st.tuples(*[st.floats(-2, 2)] * 3))
def test_the_graph_agrees_with_the_formula(tree, granularity, point):
    text = text_of(tree)
    given_values = dict(zip("abz", point, strict=True))
    program = Program(parse(text))
    if not program.names:
        return
    graph = drawn(
        text,
        granularity=granularity,
        values={name: repr(value) for name, value in given_values.items()},
    )
    expected = program.forward({n: np.array([given_values[n]]) for n in program.names}, 1)
    slopes = program.backward(np.ones(1))
    loss, found = outcome(graph)
    assert loss == pytest.approx(float(expected[0]), rel=1e-12, abs=1e-12)
    for name in program.names:
        assert found[name] == pytest.approx(float(slopes[name][0]), rel=1e-9, abs=1e-9)


def test_the_goal_is_left_out_where_it_is_not_wanted():
    assert not any(
        isinstance(node.layer, Goal) for node in drawn(LECTURE, wants_goal=False).nodes.values()
    )


def test_first_values_are_told_before_anything_is_drawn():
    assert first_values(LECTURE) == {"w": "1"}
    assert first_values("W @ x + b", {"b": "5, 6"}) == {"W": "1, 2; 3, 4", "x": "1, 2", "b": "5, 6"}
    assert gives_one_number(LECTURE, {"w": "1"})
    assert not gives_one_number("2*w", {"w": "1, 2"})

"""A formula outside its domain, and numbers that become infinite: what a walk says of them."""

from __future__ import annotations

import numpy as np
import pytest

from model.expressions import DomainError
from model.graph import NetworkGraph
from model.layers.dense import Dense
from model.layers.losses import SoftmaxCrossEntropy
from model.layers.scalar import Function, Goal, Variable
from model.layers.source import DataSource
from model.teaching.number_style import NumberStyle
from model.teaching.pictures import Curve
from model.teaching.walkthrough import Walkthrough
from model.trainer import Trainer
from tests.model.samples import build, chain


def graph_of(formula: str, value: str) -> NetworkGraph:
    return build(
        {"w": Variable(value=value), "y": Function(formula=formula), "goal": Goal()},
        "w.h > y.x",
        "y.h > goal.prediction",
    )


def stuck(formula: str, value: str) -> Walkthrough:
    walk = Walkthrough(graph_of(formula, value))
    with pytest.raises(DomainError):
        walk.run_to_end()
    assert walk.impossible is not None
    return walk


@pytest.mark.parametrize(
    ("formula", "value", "sentence"),
    [
        ("log(x)", "-2", "log(x) needs x > 0; x = −2 here."),
        ("1/x", "0", "1/x needs x ≠ 0; x = 0 here."),
        ("sqrt(x)", "-1", "sqrt(x) needs x ≥ 0; x = −1 here."),
        ("x**0.5", "-4", "x**0.5 needs x ≥ 0; x = −4 here."),
        ("x**(-2)", "0", "x**-2 needs x ≠ 0; x = 0 here."),
        ("exp(x)", "1000", "exp(x) is larger than any number can be; x = 1000 here."),
        ("3*log(2*x + 3)", "-2", "log(2*x + 3) needs 2*x + 3 > 0; 2*x + 3 = −1, x = −2 here."),
        ("sum(log(x))", "1, 5, 0", "log(x) needs x > 0; number 3 of x = 0 here."),
    ],
)
def test_the_sentence_names_the_piece_of_the_formula_and_the_value_it_met(
    formula: str, value: str, sentence: str
):
    walk = stuck(formula, value)
    assert walk.impossible.sentence() == sentence
    assert (walk.position, walk.impossible.info.node_id) == (1, "y")


def test_a_root_of_zero_is_computed_but_has_no_slope():
    walk = stuck("sqrt(x)", "0")
    assert walk.impossible.info.kind == "backward"
    assert walk.impossible.sentence() == "sqrt(x) has no finite slope; x = 0 here."


def test_the_numbers_follow_the_style():
    walk = stuck("log(x)", "-2.5")
    assert "x = −2,5" in walk.impossible.sentence(NumberStyle(has_comma=True))


def test_what_cannot_be_done_is_refused_again_and_forgotten_on_the_way_back():
    walk = stuck("log(x)", "-2")
    with pytest.raises(DomainError, match="needs x > 0"):
        walk.forward()
    assert walk.position == 1
    assert walk.back().node_id == "y"
    assert (walk.impossible, walk.position) == (None, 1)
    assert walk.back().node_id == "w"


def test_its_view_has_inputs_a_curve_with_a_gap_and_no_result():
    view = stuck("log(x)", "-2").describe()
    assert view.out is None
    assert view.inputs["x"].tolist() == -2
    assert view.with_numbers == (("not defined", r"\log(x) = \log(-2)"),)
    (curve,) = view.pictures
    assert isinstance(curve, Curve)
    assert np.isnan(curve.y)
    assert np.isfinite(curve.ys).any()
    assert np.isnan(curve.ys[curve.xs <= 0]).all()


def test_an_overflow_in_a_layer_is_told_with_the_largest_number_that_goes_in():
    net = chain(DataSource(dataset="xor", size=20), Dense(units=2), loss=SoftmaxCrossEntropy())
    trainer = Trainer(net, dtype=np.float32)
    trainer.plan.theta[...] = 3e38
    walk = Walkthrough(trainer)
    with pytest.raises(DomainError) as caught:
        walk.run_to_end()
    assert caught.value.node_id == "dense_1"
    assert walk.impossible.sentence().startswith("The output of Dense 2 becomes infinite")
    assert "the largest parameter = 3" in walk.impossible.sentence()
    assert walk.describe().impossible is walk.impossible

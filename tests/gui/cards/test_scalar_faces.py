"""Cards of a computation graph: what they say of the lecture's numbers."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF

from gui import theme
from gui.canvas.cards import Face, FaceContext, face_for
from gui.canvas.cards.formula_over import FormulaOver
from gui.canvas.cards.number_table import TableFace
from gui.canvas.cards.scalar_face import ScalarFace
from model.design import Node
from model.layer import Layer, Spec
from model.layers.scalar import Function, Variable
from model.shapes import Inference
from model.snapshot import NodeView
from tests.gui.cards.conftest import Card, snapshot


def made(layer: Layer, name: str = "", shape: tuple[int, ...] | None = ()) -> Face:
    found = Inference(first_outputs={} if shape is None else {"n": Spec(shape)})
    return face_for(Node(layer=layer, name=name), found, "n")


def moment(**values: object) -> FaceContext:
    view = NodeView(**values)
    return FaceContext(
        theme=theme.light, view=view, snapshot=snapshot(), layer_index=2, spec=Spec(())
    )


def tips(face: Face, context: FaceContext) -> set[str]:
    rect = Card(face, NodeView()).rect()
    xs, ys = (np.linspace(1, side - 1, 20) for side in (rect.width(), rect.height()))
    return {face.tip_at(QPointF(x, y), rect, context) for x in xs for y in ys} - {""}


def test_pointing_at_a_number_gives_it_in_full_with_its_symbol(qapp):
    face = made(Function(formula="2*w + 3"), "x")
    view = {"out": np.array(5.0), "delta": np.array(1.2875503299472804)}
    found = tips(face, moment(extras={"inputs": {"w": np.array(1.0)}}, **view))
    assert "h⁽²⁾ = x = 5.0\n= 2*w + 3 with w = 1.0" in found
    assert "δ⁽²⁾ = ∂J/∂x = 1.2875503299472804" in found


def test_a_trained_variable_tells_its_value_after_the_update(qapp):
    face = made(Variable(value="1"), "w")
    extras = {"theta": np.array(0.8712449670026360)}
    context = moment(out=np.array(1.0), delta=np.array(2.5751006598945607), extras=extras)
    assert "w = 0.871244967002636 after the update of step 234" in tips(face, context)
    assert face.said(context) == "w: h⁽²⁾ = 1.0, δ⁽²⁾ = 2.5751006598945607, θ = 0.871244967002636"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "trainable"),
        ({"is_trainable": False}, "constant"),
        ({"is_random": True}, "trainable, random start"),
    ],
)
def test_a_variable_says_whether_training_moves_it(qapp, fields, words):
    assert made(Variable(**fields)).text.state == words


def test_a_formula_is_typeset_with_the_name_of_its_node(qapp):
    assert made(Function(formula="log(x)"), "y").text.tex == r"y = \log(x)"
    assert made(Function(formula="log(x)"), "my result").text.tex == r"\log(x)"
    assert made(Function(formula="a_0*b"), "gamma_1").text.tex == r"\gamma_{1} = a_{0} \cdot b"


@pytest.mark.parametrize(
    ("shape", "kind"),
    [
        ((), ScalarFace),
        ((1, 1), ScalarFace),
        ((4,), TableFace),
        ((4, 3), TableFace),
        ((5,), FormulaOver),
        ((6, 9), FormulaOver),
        ((3, 8, 8), FormulaOver),
    ],
)
def test_few_numbers_are_written_and_many_are_drawn(qapp, shape, kind):
    assert isinstance(made(Function(formula="a + b"), "", shape), kind)


def test_a_card_that_is_not_wired_yet_has_the_size_that_it_will_have(qapp):
    for layer in (Function(formula="log(x)"), Variable(value="3")):
        assert made(layer, "", None).size(theme.light) == made(layer).size(theme.light)
    assert isinstance(made(Variable(value="1, 2"), "", None), TableFace)


def test_a_table_gives_each_number_its_place(qapp):
    face = made(Function(formula="W @ x"), "", (2, 2))
    context = moment(out=np.array([[1.0, 2.0], [3.0, 4.5]]))
    assert "h⁽²⁾₁₁ = 4.5" in tips(face, context)
    assert face.said(context) == "W @ x: h⁽²⁾ = (1.0, 2.0; 3.0, 4.5)"


def test_a_table_shows_what_the_update_has_made_of_a_variable(qapp):
    face = made(Variable(value="1, 2"), "", (2,))
    before, after = np.array([1.0, 2.0]), np.array([1.0, 1.5])
    context = moment(out=before, extras={"theta": after})
    assert "θ₁ = 1.5 after the update\nh⁽²⁾₁ = 2.0 before" in tips(face, context)
    assert face.said(context).endswith("θ = (1.0, 1.5) after the update")
    assert "after the update" not in face.said(moment(out=before, extras={"theta": before}))


def test_a_card_is_wide_enough_for_three_tiles_of_the_debugger(qapp):
    assert 200 <= made(Variable()).size(theme.light).width() <= 260

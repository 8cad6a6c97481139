"""The ready operations of the palette: presets of Function that run."""

from __future__ import annotations

import pytest

from model.expressions import names_of, parse
from model.layer import Preset, Spec, help_line
from model.layers import LAYERS
from model.layers.dense import Dense
from model.layers.scalar import Function, Variable
from tests.model.layers.test_contract import icon_names

PRESETS = Function.presets()


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.title)
def test_a_ready_operation_is_a_function_with_a_shape_an_icon_and_a_sentence(preset: Preset):
    assert isinstance(preset.layer, Function)
    preset.layer.validate()
    takes_vectors = preset.title in ("dot", "norm", "Squared error")
    specs = [Spec((3,) if takes_vectors else ()) for _ in preset.layer.inputs]
    assert preset.layer.out_spec(*specs) == Spec(())
    assert preset.icon in icon_names()
    assert preset.help.endswith(".")


def test_the_lectures_operations_are_all_there():
    titles = [preset.title for preset in PRESETS]
    assert len(set(titles)) == len(titles) == 18
    assert titles[:9] == ["+", "−", "×", "÷", "Power", "exp", "log", "sin", "cos"]
    assert titles[9:14] == ["tan", "√", "max", "dot", "norm"]
    assert titles[14:] == ["Sigmoid", "tanh", "ReLU", "Squared error"]


def test_layers_offer_no_presets_unless_they_say_so():
    assert Dense.presets() == ()
    assert [kind for kind in LAYERS.values() if kind.presets()] == [Function]


def test_the_help_of_a_function_names_its_operations():
    assert help_line(Function)
    assert "pick(x, 0)" in (Function.__doc__ or "")
    assert names_of(parse("pick(x, 0)")) == ("x",)


def test_a_variable_can_count_in_the_penalty():
    assert not Variable().parameters()["theta"].is_penalised
    assert Variable(is_penalised=True).parameters()["theta"].is_penalised

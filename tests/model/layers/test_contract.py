"""What holds for every layer of the registry; a new layer is tested here unasked."""

from __future__ import annotations

import importlib.util
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from model.analysis.gradient_check import check_gradients
from model.analysis.tolerance import GOOD
from model.design import Node
from model.errors import DesignError
from model.fields import Field, fields_of
from model.layer import CATEGORIES, Layer, Loss, Source, Spec, Workspace, help_line, tag_of
from model.layers import LAYERS
from model.layers.merge import Concatenate
from model.plan import compile_plan
from tests.model.layers.registry import (
    INNER,
    LOSSES,
    Case,
    any_layer,
    case_of,
    cases,
    small,
    variants,
)

COMPUTING = {**INNER, **LOSSES}
every_layer = pytest.mark.parametrize("kind", LAYERS.values(), ids=LAYERS)
every_computing = pytest.mark.parametrize("kind", COMPUTING.values(), ids=COMPUTING)
every_inner = pytest.mark.parametrize("kind", INNER.values(), ids=INNER)
every_variant = pytest.mark.parametrize(
    "layer", [pytest.param(v, id=repr(v)) for kind in COMPUTING.values() for v in variants(kind)]
)
shapes = st.lists(st.integers(1, 4), min_size=1, max_size=3).map(tuple)


# gradients


def assert_gradients_are_right(case: Case) -> None:
    report = check_gradients(case.graph, case.arrays)
    assert report.wires
    assert report.nodes["tried"] < GOOD, report


@every_variant
def test_gradients_agree_with_central_differences_for_every_value_of_every_field(layer: Layer):
    fitting = cases(layer, batch=3, seed=1)
    assert fitting or layer != small(type(layer)), "no shape was found that this layer takes"
    for case in fitting[:2]:
        assert_gradients_are_right(case)


@every_computing
@settings(max_examples=12)
@given(drawn=st.data(), shape=shapes, batch=st.integers(1, 4), seed=st.integers(0, 99))
def test_gradients_agree_over_random_shapes_fields_and_batches_down_to_one(
    kind: type[Layer], drawn: st.DataObject, shape: tuple[int, ...], batch: int, seed: int
):
    layer = drawn.draw(any_layer(kind))
    case = case_of(layer, shape, batch, seed, wires=2 + seed % 2)
    if case is None:  # a shape that the layer always takes
        case = next(iter(cases(layer, batch, seed)), None)
    assume(case is not None)
    assert case is not None
    assert_gradients_are_right(case)


@every_inner
def test_deltas_of_two_consumers_add_up(kind: type[Layer]):
    case = cases(small(kind), batch=3, seed=2, consumers=2)[0]
    assert_gradients_are_right(case)
    delta = training_run(case).at["tried"].delta_out
    # by hand: J = 1 sum(h r) + 2 sum(h r), so that dJ/dh = 3 r
    np.testing.assert_allclose(delta, 3 * case.arrays["given"]["y"])


@pytest.mark.parametrize("wires", [2, 3, 4])
@pytest.mark.parametrize(
    "kind", [kind for kind in INNER.values() if any(port.is_variadic for port in kind.inputs)]
)
def test_merges_send_the_right_delta_down_each_of_several_wires(kind: type[Layer], wires: int):
    for case in cases(small(kind), batch=2, seed=wires, wires=wires):
        report = check_gradients(case.graph, case.arrays)
        assert len([wire for wire in report.wires if wire.target == "tried"]) == wires
        assert report.is_good


# forward


def training_run(case: Case, *, is_training: bool = True) -> Any:
    plan = compile_plan(case.graph, dtype=np.float64)
    run = plan.bind(case.batch, is_training=is_training)
    run.fill(case.arrays)
    run.forward()
    if is_training:
        run.backward()
    return run


@every_variant
def test_forward_fills_what_the_output_shape_says(layer: Layer):
    for case in cases(layer, batch=3, seed=4):
        plan = compile_plan(case.graph, dtype=np.float64)
        run = plan.bind(3, is_training=True)
        run.fill(case.arrays)
        n: Workspace = run.at["tried"]
        if isinstance(layer, Loss):
            run.forward()
            assert isinstance(n.loss, float)
            assert layer.out_spec(*case.specs) == Spec(())
            assert len(layer.outcome(n)) == 3
            hits = layer.hits(n)
            assert hits is None or (hits.shape == (3,) and hits.dtype == bool)
            continue
        if not layer.binds_out:
            n.out[...] = np.nan
        run.forward()
        assert n.out.shape == (3, *layer.out_spec(*case.specs).shape)
        assert np.isfinite(n.out).all()
        assert layer.is_signed or (n.out >= 0).all()


@every_variant
def test_nothing_but_the_given_slots_is_changed(layer: Layer):
    for case in cases(layer, batch=2, seed=5)[:1]:
        run = training_run(case)
        for name, array in case.arrays["given"].items():
            np.testing.assert_array_equal(run.at["given"].outs[name], array)


@every_computing
def test_the_test_mode_is_deterministic(kind: type[Layer]):
    for layer in variants(kind):
        for case in cases(layer, batch=3, seed=6)[:1]:
            plan = compile_plan(case.graph, dtype=np.float64)
            run = plan.bind(3, is_training=False)
            run.fill(case.arrays)
            found = []
            for _ in range(2):
                loss = run.forward()
                n = run.at["tried"]
                found.append((loss, None if n.out is None else n.out.tobytes()))
            assert found[0] == found[1]


@every_computing
def test_an_item_in_test_mode_does_not_hear_of_the_others_in_its_batch(kind: type[Layer]):
    for case in cases(small(kind), batch=3, seed=7)[:1]:
        together = training_run(case, is_training=False).at["tried"]
        plan = compile_plan(case.graph, dtype=np.float64)
        run = plan.bind(1, is_training=False)
        run.fill({"given": {k: array[:1] for k, array in case.arrays["given"].items()}})
        run.forward()
        alone = run.at["tried"]
        layer = plan.by_id["tried"].layer
        if isinstance(layer, Loss):
            pairs = (layer.outcome(together), layer.outcome(alone))
        else:
            pairs = (together.out, alone.out)
        np.testing.assert_allclose(pairs[0][:1], pairs[1], rtol=1e-12)


@every_computing
def test_float32_and_float64_agree(kind: type[Layer]):
    for case in cases(small(kind), batch=3, seed=8)[:1]:
        found = []
        for dtype in (np.float32, np.float64):
            plan = compile_plan(case.graph, dtype=dtype)
            run = plan.bind(3, is_training=False)
            run.fill(case.arrays)
            found.append(run.forward())
            out = run.at["tried"].out
            assert isinstance(plan.by_id["tried"].layer, Loss) or out.dtype == dtype
        assert found[0] == pytest.approx(found[1], rel=1e-4, abs=1e-5)


@every_variant
@pytest.mark.parametrize("is_training", [True, False])
def test_a_view_holds_copies_only(layer: Layer, is_training: bool):
    for case in cases(layer, batch=3, seed=9)[:1]:
        n = training_run(case, is_training=is_training).at["tried"]
        own = [array for array in vars(n).values() if isinstance(array, np.ndarray)] + n.hs
        for shown in layer.view(n, 1, 0).values():
            if isinstance(shown, np.ndarray):
                assert not any(np.shares_memory(shown, array) for array in own)


@every_variant
def test_a_view_takes_a_neuron_that_this_layer_does_not_have(layer: Layer):
    for case in cases(layer, batch=2, seed=10)[:1]:
        layer.view(training_run(case).at["tried"], 0, 999)


# description


@every_layer
def test_every_layer_says_what_it_is(kind: type[Layer]):
    assert kind.title
    assert kind.category in CATEGORIES
    assert re.fullmatch(r"[a-z][a-z0-9_]*", tag_of(kind))
    assert help_line(kind).endswith((".", ":", ")")) or len(help_line(kind)) > 20
    assert kind().label()
    assert LAYERS[tag_of(kind)] is kind
    if not issubclass(kind, Source):
        assert kind.inputs or kind().parameters()
    for port in (*kind.inputs, *kind.outputs):
        assert re.fullmatch(r"[a-z][a-z0-9_]*", port.name)


@every_layer
def test_the_icon_font_has_every_icon(kind: type[Layer]):
    assert kind.icon in icon_names()


@cache
def icon_names() -> set[str]:
    spec = importlib.util.find_spec("qtawesome")
    assert spec is not None
    assert spec.submodule_search_locations
    folder = Path(spec.submodule_search_locations[0]) / "fonts"
    table = next(folder.glob("materialdesignicons6-webfont-charmap-*.json"))
    return set(json.loads(table.read_text(encoding="utf-8")))


@every_layer
def test_every_field_is_described(kind: type[Layer]):
    declared = list(kind.__struct_fields__)
    found = fields_of(kind)
    assert [field.name for field in found] == declared
    for field in found:
        assert field.description
        assert field.kind != "choice" or field.default in field.choices
        assert set(field.captions) <= set(field.choices)
        if field.kind in ("int", "float"):
            assert field.low is not None, "an unbounded number lets a file ask for anything"
            assert field.high is not None


FORMULAS = [
    pytest.param(formula, id=f"{tag}: {caption}")
    for tag, kind in LAYERS.items()
    for caption, formula in (*kind.formulas.forward, *kind.formulas.backward)
]


@every_layer
def test_every_layer_has_formulas_forward_and_backward(kind: type[Layer]):
    assert kind.formulas.forward
    assert kind.formulas.backward or issubclass(kind, Source)
    assert all(caption for caption, _ in (*kind.formulas.forward, *kind.formulas.backward))


@pytest.mark.parametrize("formula", FORMULAS)
def test_every_formula_is_balanced(formula: str):
    assert formula.count("{") == formula.count("}")
    depth = 0
    for sign in re.findall(r"(?<!\\)[{}]", formula):
        depth += 1 if sign == "{" else -1
        assert depth >= 0
    assert formula.count(r"\left") - formula.count(r"\leftarrow") == formula.count(r"\right")
    assert formula.count("(") == formula.count(")")
    assert "$" not in formula


@every_layer
def test_every_formula_can_be_typeset(kind: type[Layer]):
    ziamath = pytest.importorskip("ziamath")
    for _, formula in (*kind.formulas.forward, *kind.formulas.backward):
        assert ziamath.Latex(formula).svg().startswith("<svg")


# files


@every_layer
@settings(max_examples=25)
@given(drawn=st.data())
def test_a_layer_with_any_legal_fields_comes_back_from_a_file_as_it_was(
    kind: type[Layer], drawn: st.DataObject
):
    node = Node(layer=drawn.draw(any_layer(kind)), name="A", x=1.5, y=-2.0)
    text = msgspec.json.encode(node)
    assert msgspec.json.decode(text, type=Node) == node
    assert json.loads(text)["layer"]["type"] == tag_of(kind)


@every_layer
def test_a_file_may_not_hold_an_unknown_field_or_one_out_of_bounds(kind: type[Layer]):
    plain = json.loads(msgspec.json.encode(Node(layer=kind())))
    with pytest.raises(msgspec.ValidationError, match="strange"):
        msgspec.convert(plain | {"layer": plain["layer"] | {"strange": 1}}, Node)
    for field in fields_of(kind):
        for bad in out_of_bounds(field):
            with pytest.raises(msgspec.ValidationError, match=field.name):
                msgspec.convert(plain | {"layer": plain["layer"] | {field.name: bad}}, Node)


def out_of_bounds(field: Field) -> list[Any]:
    if field.kind in ("int", "float"):
        assert field.low is not None
        assert field.high is not None
        found: list[Any] = [field.low - 1, field.high + 1, "many"]
        found += [field.low] if field.is_low_open else []
        return found + ([field.high] if field.is_high_open else [])
    if field.kind == "choice" and field.name == "dataset":
        return [3]  # a data set that is not there is a problem of the design, not of the file
    if field.kind == "text":
        return [3]
    return ["nonsense"]


# refusals


@every_computing
@given(drawn=st.data())
@settings(max_examples=40)
def test_shapes_that_do_not_fit_are_refused_with_a_repair(kind: type[Layer], drawn: st.DataObject):
    layer = drawn.draw(any_layer(kind))
    count = drawn.draw(st.integers(2, 3)) if kind.inputs[0].is_variadic else len(kind.inputs)
    some = st.builds(Spec, shapes, st.sampled_from([0, 0, 2, 3]))
    labels = st.builds(Spec, st.just(()), st.integers(2, 4))
    specs = drawn.draw(st.lists(some | labels, min_size=count, max_size=count))
    try:
        out = layer.out_spec(*specs)
    except DesignError as fault:
        said = (fault.message, fault.hint)
    else:
        said = ()
        assert all(axis > 0 for axis in out.shape)
        assert out.classes == 0
        assert layer.cost(*specs) >= 0
    assert all(sentence.endswith(".") for sentence in said)


def test_concatenate_refuses_arrays_that_differ_in_the_number_of_axes():
    with pytest.raises(DesignError, match="B × 2 × 3 and B × 2"):
        Concatenate().out_spec(Spec((2, 3)), Spec((2,)))

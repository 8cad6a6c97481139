"""What is said about an operation: equations, pictures, marked formulas, lines, number styles."""

from __future__ import annotations

import numpy as np
import pytest

from model.analysis.diagonal import diagonal
from model.analysis.jacobian import jacobian
from model.files import examples_folder, read_design
from model.graph import NetworkGraph
from model.layer import Layer
from model.layers import LAYERS
from model.layers.activations import Tanh
from model.layers.batch_norm import BatchNorm
from model.layers.dense import Dense
from model.layers.dropout import Dropout
from model.layers.losses import MeanSquaredError
from model.layers.source import DataSource
from model.optimizers import Adam
from model.teaching.latex_atoms import read, write
from model.teaching.number_style import NumberStyle
from model.teaching.operation_view import OperationView, headline
from model.teaching.pictures import Bars, Curve, NumberLine, Rectangle, Stack, Strips
from model.teaching.terms import is_lit, marked, plain
from model.teaching.walkthrough import Walkthrough
from tests.model.samples import build, busy_net, chain
from tests.model.teaching.walks import describe_at, every_computing, walk_of


def example(name: str) -> NetworkGraph:
    return NetworkGraph(read_design(examples_folder() / f"{name}.json"))


def all_views(walk: Walkthrough, **options: object) -> list[OperationView]:
    found = []
    while walk.forward() is not None:
        view = walk.describe(**options)
        assert view is not None
        found.append(view)
    return found


# equations and pictures


@every_computing
def test_the_equations_of_every_layer_hold(kind: type[Layer]):
    for view in all_views(walk_of(kind, seed=3, consumers=2)):
        for equation in view.equations:
            assert len(equation.signs) == max(len(equation.parts) - 1, 0), equation
            for part in equation.parts:
                assert all(0 <= place < part.values.size for place in part.lit), part
            if view.info.kind == "backward" and equation.signs == ("⊙", "="):
                upstream, local, downstream = (part.values for part in equation.parts)
                np.testing.assert_allclose(upstream * local, downstream, rtol=1e-9, atol=1e-12)
            if view.info.kind == "sum":
                *terms, total = (part.values for part in equation.parts)
                np.testing.assert_allclose(sum(terms), total, rtol=1e-12)


@every_computing
def test_what_is_drawn_of_every_layer_agrees_with_its_numbers(kind: type[Layer]):
    for view in all_views(walk_of(kind, seed=4, consumers=2)):
        assert view.pictures or not view.equations
        for picture in view.pictures:
            if isinstance(picture, Stack):
                assert sum(picture.values) == pytest.approx(picture.total, rel=1e-6, abs=1e-9)
            if isinstance(picture, Curve) and picture.slope is not None:
                near = np.nonzero(np.abs(picture.xs - picture.x) < 1.0)[0]
                assert len(near)
                assert np.interp(picture.x, picture.xs, picture.ys) == pytest.approx(
                    picture.y, abs=2e-2
                )


def test_a_dense_layer_multiplies_a_row_by_its_transposed_matrix():
    graph = chain(
        DataSource(dataset="diabetes"),
        Dense(units=3),
        Dense(units=2),
        Dense(units=1),
        loss=MeanSquaredError(),
        batch_size=4,
    )
    walk = Walkthrough(graph, item=2)
    gradient = describe_at(walk, "dense_2", "gradient")
    weights, bias, other = gradient.equations
    h, delta, share, _whole = (part.values for part in weights.parts)
    np.testing.assert_allclose(h @ delta.reshape(1, -1), share)
    assert weights.signs == ("×", "=", "Σ")
    assert (weights.title, other.state) == ("Result 1: gradient of W", "next")
    assert bias.by == "b"
    view = describe_at(walk, "dense_2", "backward")
    done, _, product = view.equations
    assert done.state == "done"
    upstream, matrix, downstream = (part.values for part in product.parts)
    np.testing.assert_allclose(upstream @ matrix, downstream)
    chosen = walk.describe(element=1)
    assert chosen is not None
    assert chosen.equations[-1].parts[1].lit == (1, 4)
    assert chosen.equations[-1].parts[2].lit == (1,)


def test_a_chosen_weight_chooses_the_bias_of_its_column():
    graph = chain(
        DataSource(dataset="diabetes"), Dense(units=3), Dense(units=1), loss=MeanSquaredError()
    )
    walk = Walkthrough(graph)
    describe_at(walk, "dense_1", "gradient")
    view = walk.describe(element=3 * 4 + 2)
    assert view is not None
    assert view.places == {"W": 14, "b": 2}


def test_the_curve_of_a_logarithm_has_the_slope_of_the_lecture():
    view = describe_at(Walkthrough(example("chain_rule")), "y", "backward")
    (curve,) = view.pictures
    assert isinstance(curve, Curve)
    assert (curve.x, curve.slope, curve.run) == (5.0, pytest.approx(0.2), 4.0)
    assert curve.y == pytest.approx(1.6094379, abs=1e-7)
    assert np.isnan(curve.ys[0]), "there is no logarithm of 0"
    assert curve.ys[-1] == pytest.approx(np.log(10.0))


def test_a_product_of_two_numbers_is_a_rectangle():
    view = describe_at(Walkthrough(_product()), "f", "backward")
    first, second = view.pictures
    assert isinstance(first, Rectangle)
    assert isinstance(second, Rectangle)
    assert (first.a, first.b, first.by, second.by) == (3.0, -2.0, "a", "b")


def _product() -> NetworkGraph:
    from model.layers.scalar import Function, Goal, Variable

    return build(
        {
            "a": Variable(value="3"),
            "b": Variable(value="-2"),
            "f": Function(formula="a*b"),
            "goal": Goal(),
        },
        "a.h > f.a",
        "b.h > f.b",
        "f.h > goal.prediction",
    )


def test_batch_norm_passes_delta_down_in_three_ways():
    graph = chain(
        DataSource(dataset="diabetes"),
        Dense(units=3),
        BatchNorm(),
        Tanh(),
        Dense(units=1),
        loss=MeanSquaredError(),
        batch_size=8,
    )
    (stack,) = describe_at(Walkthrough(graph, item=5), "batch_norm_1", "backward").pictures
    assert isinstance(stack, Stack)
    assert stack.names == ("straight down", "through the mean", "through the deviation")
    assert sum(stack.values) == pytest.approx(stack.total, rel=1e-9)


def test_a_loss_shows_what_was_said_and_what_was_true():
    walk = Walkthrough(example("spiral"))
    (bars,) = describe_at(walk, "softmax_cross_entropy_1", "backward").pictures
    assert isinstance(bars, Bars)
    assert bars.deltas is not None
    assert bars.targets.sum() == 1
    assert bars.factor == pytest.approx(1 / walk.rehearsal.batch)
    np.testing.assert_allclose(
        bars.deltas, (bars.predictions - bars.targets) / walk.rehearsal.batch, rtol=1e-5
    )


def test_an_update_is_a_step_on_a_line():
    walk = Walkthrough(busy_net(optimizer=Adam()))
    lines = describe_at(walk, "dense_1", "update").pictures
    for line in lines:
        assert isinstance(line, NumberLine)
        assert line.old - line.step == pytest.approx(line.new)


def test_dropout_is_written_out_though_it_draws():
    walk = Walkthrough(busy_net())
    view = describe_at(walk, "dropout_1", "backward")
    (written,) = view.written_out
    assert written.local[0] in (0.0, 1.0)
    np.testing.assert_allclose(view.upstream * view.slopes["h"], view.downstream["h"])


def test_the_diagonal_is_found_without_the_jacobian():
    graph = chain(
        DataSource(dataset="diabetes"),
        Dense(units=5),
        Tanh(),
        Dropout(p=0.5),
        BatchNorm(),
        Dense(units=1),
        loss=MeanSquaredError(),
        batch_size=6,
    )
    whole = Walkthrough(graph, item=3).whole
    slopes = diagonal(whole, "tanh_1", 0, 3)
    assert slopes is not None
    np.testing.assert_allclose(np.diag(slopes), jacobian(whole, "tanh_1", 0, 3).matrix)
    assert diagonal(whole, "dropout_1", 0, 3) is not None
    assert diagonal(whole, "batch_norm_1", 0, 3) is None, "other items have a part in it"
    assert diagonal(whole, "dense_2", 0, 3) is None


# formulas


@pytest.mark.parametrize("tag", LAYERS)
def test_marks_change_nothing_in_a_formula(tag: str):
    formulas = LAYERS[tag].formulas
    for _, tex in formulas.forward:
        assert read(plain(marked(tex, "forward", ("h",), ("W", "b")))) == read(tex)
    for _, tex in formulas.backward:
        assert read(plain(marked(tex, "backward", ("h",), ("W", "b")))) == read(tex)
        assert read(write(read(tex))) == read(tex)


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        (
            r"\delta^{(l)} = \delta^{(l+1)} W^{T}",
            r"\class{downstream}{\delta^{(l)}}=\class{upstream}{\delta^{(l+1)}}"
            r"\class{local,parameter:W}{W^{T}}",
        ),
        (
            r"\frac{\partial J}{\partial W} = {h^{(l)}}^{T} \delta^{(l+1)}",
            r"\class{gradient:W}{\frac{\partial J}{\partial W}}=\class{local}{{h^{(l)}}^{T}}"
            r"\class{upstream}{\delta^{(l+1)}}",
        ),
        (r"f'(x) = 1 - f(x)^2", r"\class{local}{f'(x)}=\class{local}{1-f(x)^{2}}"),
        (
            r"\delta_{ij} = \frac{1}{B} (\hat{p}_{ij} - 1_{j = y_i})",
            r"\class{downstream}{\delta_{ij}}="
            r"\class{local}{\frac{1}{B}(\hat{p}_{ij}-1_{j=y_{i}})}",
        ),
        (
            r"\delta_j^{(l)} = p_j (\delta_j^{(l+1)} - \sum_k \delta_k^{(l+1)} p_k)",
            r"\class{downstream}{\delta_{j}^{(l)}}=\class{local}{p_{j}}("
            r"\class{upstream}{\delta_{j}^{(l+1)}}-\sum_{k}"
            r"\class{upstream}{\delta_{k}^{(l+1)}}\class{local}{p_{k}})",
        ),
    ],
)
def test_upstream_local_and_downstream_are_found_in_formulas(tex: str, expected: str):
    assert marked(tex, "backward", ("h",), ("W", "b")) == expected


def test_the_parts_of_an_update_are_found_in_its_formula():
    tex = r"\nu \leftarrow \gamma \nu + \rho \nabla J(\theta; B_t)"
    assert marked(tex, "update").startswith(
        r"\class{part:velocity}{\nu}\leftarrow\gamma\class{part:velocity before}{\nu}"
    )
    step = marked(r"\theta \leftarrow \theta - \nu", "update")
    assert step == (
        r"\class{part:new}{\theta}\leftarrow\class{part:theta}{\theta}-"
        r"\class{part:step}{\class{part:velocity}{\nu}}"
    )


def test_a_term_lights_its_own_kind():
    assert is_lit("input", ("local", "input:h"))
    assert is_lit("input:h", ("input:h",))
    assert not is_lit("input:h", ("input:h[0]",))
    assert not is_lit("", ("local",))


# lines


def test_the_lines_that_ran_are_told_from_those_that_did_not():
    view = describe_at(Walkthrough(busy_net()), "dropout_1", "backward")
    ran = {line.text.strip() for line in view.lines if line.has_run}
    assert ran == {
        "np.multiply(n.delta_out, n.mask, out=n.delta)",
        'if self.scaling == "inverted":',
    }


def test_names_in_the_lines_are_the_terms_they_stand_for():
    view = describe_at(Walkthrough(example("spiral")), "dense_2", "backward")
    (product,) = [line for line in view.lines if line.has_run and "np.dot" in line.text]
    found = {product.text[span.start : span.stop]: span.terms for span in product.spans}
    assert found["n.delta_out"] == ("upstream",)
    assert found["n.W"] == ("local", "parameter:W")
    assert found["n.delta"][0] == "downstream"


def test_a_typed_formula_is_unrolled_to_the_lines_that_run():
    walk = Walkthrough(example("chain_rule"))
    forward = describe_at(walk, "z", "forward")
    assert [line.text for line in forward.lines[:3]] == [
        "t1 = np.power(y, 2)",
        "t2 = np.multiply(2, t1)",
        "out = np.subtract(t2, 1)",
    ]
    view = describe_at(walk, "y", "backward")
    first = view.lines[0]
    assert first.text == "d_x = delta_out * (1 / x)"
    assert [(first.text[span.start : span.stop], span.terms[0]) for span in first.spans] == [
        ("d_x", "downstream"),
        ("delta_out", "upstream"),
        ("(1 / x)", "local"),
    ]


# words and numbers


def test_operations_have_a_headline_in_words():
    walk = Walkthrough(example("spiral"))
    said = [headline(info, ("W", "b")) for info in walk.operations]
    assert "Output of Dense 16" in said or said[0].startswith("Output of ")
    assert any(text.startswith("Gradient of W and b of Dense") for text in said)
    assert any(text.startswith("δ of ") and text.endswith("passed down") for text in said)


@pytest.mark.parametrize(
    ("style", "value", "text", "latex"),
    [
        (NumberStyle(), 0.2, "0.2", "0.2"),
        (NumberStyle(has_comma=True), -0.25, "−0,25", "-0{,}25"),
        (NumberStyle(has_fractions=True), 0.2, "1/5", r"\frac{1}{5}"),
        (NumberStyle(has_fractions=True), float(np.float32(0.2)), "1/5", r"\frac{1}{5}"),
        (NumberStyle(has_fractions=True), -2 / 3, "−2/3", r"-\frac{2}{3}"),
        (NumberStyle(has_fractions=True), 3.0, "3", "3"),
        (NumberStyle(digits=3), 1.23456e-9, "1.23e−09", r"1.23 \cdot 10^{-9}"),
        (NumberStyle(), float("nan"), "NaN", r"\mathrm{NaN}"),
        (NumberStyle(), -0.0, "0", "0"),
    ],
)
def test_numbers_are_written_in_one_style(style: NumberStyle, value: float, text: str, latex: str):
    assert style.text(value) == text
    assert style.latex(value) == latex


def test_formulas_with_numbers_follow_the_style():
    walk = Walkthrough(example("chain_rule"))
    describe_at(walk, "y", "backward")
    view = walk.describe(style=NumberStyle(digits=4, has_fractions=True, has_comma=True))
    assert view is not None
    slope, passed = (tex for _, tex in view.with_numbers)
    assert slope == r"\frac{\partial f}{\partial x} = \frac{1}{x} = \frac{1}{5}"
    assert passed == r"\delta = 6{,}438 \cdot \frac{1}{5} = 1{,}288"


def test_a_source_that_is_not_at_hand_or_makes_no_sense_breaks_nothing():
    from model.teaching.sources import source_lines, source_of

    scope: dict[str, object] = {}
    exec("def packed(n):\n    n.out[...] = n.h\n", scope)
    assert source_of(scope["packed"]) == "# packed: its source is not at hand\n"
    lines = source_lines("    else:\n  torn", {0}, {"n.h": ("input",)})
    assert [(line.text, line.has_run, line.spans) for line in lines] == [
        ("    else:", True, ()),
        ("  torn", False, ()),
    ]


def test_attention_is_drawn_with_its_weights_and_many_numbers_as_maps():
    walk = Walkthrough(example("transformer_reverse"), item=2)
    strips, _asked = describe_at(walk, "self_attention_1", "forward").pictures
    assert isinstance(strips, Strips)
    _, weights, _ = strips.equation.parts
    np.testing.assert_allclose(weights.values.sum(axis=-1), 1.0, rtol=1e-5)
    (loss,) = describe_at(walk, "sequence_cross_entropy_1", "backward").pictures
    assert isinstance(loss, Strips)
    said, true, delta = (part.values for part in loss.equation.parts)
    np.testing.assert_allclose(true.sum(axis=-1), 1.0)
    factor = delta.reshape(-1)[0] / (said - true).reshape(-1)[0]
    np.testing.assert_allclose(delta, factor * (said - true), rtol=1e-3, atol=1e-7)

"""Formulas that people type: read with the place of every fault, computed, differentiated."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.errors import ShapeError
from model.expressions import (
    OPERATIONS,
    Call,
    DomainError,
    FormulaError,
    Name,
    Number,
    Program,
    names_of,
    parse,
    text_of,
)
from model.expressions.parsing import MAX_LENGTH
from model.expressions.symbolic import derivative_latex, latex

SCALARS = [
    "2*w + 3",
    "log(w)",
    "2*w**2 - 1",
    "sin(w)*w",
    "exp(-w)/w",
    "sqrt(w)",
    "max(w, 1)",
    "w**-2",
    "tan(w)",
    "sigmoid(w)*tanh(w)",
    "relu(w)",
    "abs(-w)",
    "-w**2",
    "2**w",
    "w**w",
    "square(cos(w))",
]
ARRAYS = [
    ("sum(x**2)", ()),
    ("softmax(x)", (3,)),
    ("W @ x + b", (2,)),
    ("dot(x, x) * norm(x)", ()),
    ("max(x) * mean(x)", ()),
    ("x * W + 1", (2, 3)),
    ("b @ W", (3,)),
    ("W * w", (2, 3)),
    ("sum((W @ x - b)**2) / 2", ()),
    ("norm(W)", ()),
    ("max(x, w)", (3,)),
    ("pick(x, 2)**2", ()),
    ("pick(W, 1) * x", (3,)),
    ("pick(W, 1, 0) * pick(W, 0, 2)", ()),
    ("stack(w, w**2, 1) * x", (3,)),
    ("stack(x, 2*x) + W", (2, 3)),
]


def inputs() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(7)
    return {
        "w": np.array([1.3]),
        "x": rng.uniform(0.5, 1.5, (1, 3)),
        "W": rng.normal(size=(1, 2, 3)),
        "b": rng.normal(size=(1, 2)),
    }


def check_against_differences(text: str) -> np.ndarray:
    """Every input's delta against central differences of the delta-weighted result."""
    program = Program(parse(text))
    values = {name: inputs()[name] for name in program.names}
    result = program.forward(values, 1)
    delta = np.random.default_rng(0).normal(size=result.shape)
    found = program.backward(delta)
    for name, array in values.items():
        for index in np.ndindex(array.shape):
            sides = []
            for step in (1e-6, -1e-6):
                moved = array.copy()
                moved[index] += step
                sides.append(float((program.forward(values | {name: moved}, 1) * delta).sum()))
            expected = (sides[0] - sides[1]) / 2e-6
            assert found[name][index] == pytest.approx(expected, rel=1e-6, abs=1e-8)
    return result


@pytest.mark.parametrize("text", SCALARS)
def test_the_derivative_of_a_scalar_formula_is_that_of_finite_differences(text: str):
    check_against_differences(text)


@pytest.mark.parametrize(("text", "shape"), ARRAYS)
def test_formulas_of_vectors_and_matrices_have_their_shape_and_derivative(text: str, shape):
    result = check_against_differences(text)
    shapes = {name: array.shape[1:] for name, array in inputs().items()}
    assert result.shape[1:] == shape == Program(parse(text)).shape(shapes)


def test_the_lectures_chain_has_the_lectures_numbers():
    # z = 2 y^2 - 1, y = log x, x = 2 w + 3 at w = 1: x = 5, y = log 5 = 1.6094379, z = 4.1805808;
    # dz/dw = 4 y / x * 2 = 2.5751007
    program = Program(parse("(2*log(2*w + 3)**2) - 1"))
    assert program.forward({"w": np.array([1.0])}, 1)[0] == pytest.approx(4.1805808, abs=1e-7)
    assert program.backward(np.ones(1))["w"][0] == pytest.approx(2.5751007, abs=1e-7)


def test_brackets_signs_and_powers_bind_as_in_mathematics():
    def value(text: str) -> float:
        return float(Program(parse(text)).forward({}, 1)[0])

    assert value("-2**2") == -4
    assert value("2**3**2") == 512
    assert value("2 - 3 - 4") == -5
    assert value("12 / 3 / 2") == 2
    assert value("2*-3") == -6
    assert value("3² + 2×2 − 8÷4") == 11
    assert value("2^-1") == 0.5
    assert value("1.5e1") == 15


def test_names_are_the_ports_in_the_order_of_the_text():
    assert names_of(parse("b + a*b - pi")) == ("b", "a")


@pytest.mark.parametrize(
    ("text", "start", "words"),
    [
        ("2*", 2, "end of the formula"),
        ("(2 + 3", 6, "closes the bracket at place 1"),
        ("2 3", 2, "operator"),
        ("f(2)", 0, "no function named 'f'"),
        ("log", 0, "needs brackets"),
        ("log(2, 3)", 0, "takes 1 argument"),
        ("a.b", 1, "'.'"),
        ("__import__('os')", 11, "'"),
        ("__class__", 0, "no name"),
        ("x[0]", 1, "'['"),
        ("lambda: 1", 6, "':'"),
        ("", 0, "end of the formula"),
    ],
)
def test_a_fault_says_its_place_and_what_was_expected(text: str, start: int, words: str):
    with pytest.raises(FormulaError, match=r".") as caught:
        parse(text)
    assert caught.value.start == start
    assert words in str(caught.value)


@pytest.mark.parametrize(
    "text",
    ["(" * 10**6, "9" * 10**6, "x" * (MAX_LENGTH + 1), "-" * 400, "(" * 200 + "1" + ")" * 200],
)
def test_hostile_formulas_are_refused(text: str):
    with pytest.raises(FormulaError):
        parse(text)


def test_a_tower_of_powers_is_infinite_and_takes_no_time():
    began = time.monotonic()
    assert np.isinf(Program(parse("9**9**9")).forward({}, 1)[0])
    assert time.monotonic() - began < 5  # Python's own whole numbers would not end


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str):
    try:
        parse(text)
    except FormulaError as fault:
        places = (0, fault.start, fault.end, max(len(text), 1) + 1)
    else:
        return
    assert list(places) == sorted(places)


@given(st.text(alphabet="0123456789+-*/@^().,xyzlogsine ", max_size=80))
def test_any_text_of_formula_letters_is_read_or_refused(text: str):
    try:
        parse(text)
    except FormulaError:
        return


@pytest.mark.parametrize(
    ("text", "value", "words"),
    [
        ("log(w)", -2.0, "-2"),
        ("1/w", 0.0, "division by zero"),
        ("sqrt(w)", -4.0, "-4"),
        ("w**0.5", -1.0, "-1"),
    ],
)
def test_a_number_outside_the_domain_is_named(text: str, value: float, words: str):
    with pytest.raises(DomainError, match=r"value is") as caught:
        Program(parse(text)).forward({"w": np.array([value])}, 1)
    assert words in str(caught.value)


def test_shapes_that_do_not_fit_are_said_in_words():
    with pytest.raises(ShapeError, match="inner sizes"):
        Program(parse("W @ b")).shape({"W": (2, 3), "b": (2,)})
    with pytest.raises(ShapeError, match="number by number"):
        Program(parse("x + b")).shape({"x": (3,), "b": (2,)})


numbers = st.integers(1, 9).map(lambda value: Number(float(value)))
trees = st.recursive(
    numbers | st.sampled_from([Name("x"), Name("y")]),
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["add", "subtract", "multiply"]), inner, inner).map(
            lambda made: Call(made[0], made[1:])
        ),
        inner.map(lambda made: Call("sin", (made,))),
        inner.map(lambda made: Call("negative", (made,))),
    ),
    max_leaves=8,
)


@given(trees)
def test_the_tape_agrees_with_sympy(tree):
    import sympy

    from model.expressions.symbolic import to_sympy

    program = Program(tree)
    values = {"x": 0.7, "y": -1.2}
    found = program.forward({name: np.array([values[name]]) for name in program.names}, 1)[0]
    symbolic = to_sympy(tree)
    point = {sympy.Symbol(name, real=True): value for name, value in values.items()}
    assert found == pytest.approx(float(symbolic.subs(point)), rel=1e-9, abs=1e-9)
    deltas = program.backward(np.ones(1))
    for name in program.names:
        slope = sympy.diff(symbolic, sympy.Symbol(name, real=True)).subs(point)
        assert deltas[name][0] == pytest.approx(float(slope), rel=1e-8, abs=1e-8)


def test_latex_puts_brackets_where_they_are_needed():
    assert latex(parse("2*y**2 - 1")) == r"2 \cdot y^{2} - 1"
    assert latex(parse("a - (b - c)")) == "a - (b - c)"
    assert latex(parse("(a + b)*c")) == r"(a + b) \cdot c"
    assert latex(parse("(a*b)**2")) == r"(a \cdot b)^{2}"
    assert latex(parse("beta_1*x/(1 + x)")) == r"\frac{\beta_{1} \cdot x}{1 + x}"


def test_derivatives_come_from_sympy():
    assert derivative_latex(parse("sin(x**2)"), "x") == r"2 x \cos{\left(x^{2} \right)}"
    assert derivative_latex(parse("softmax(x)"), "x") == ""


def test_every_operation_has_a_template_with_a_place_for_each_argument():
    for name, operation in OPERATIONS.items():
        for count in range(operation.arity[0]):
            assert f"{{{count}}}" in operation.latex, name


def test_the_mean_over_the_batch_couples_its_items():
    # J = sum of (x - mean)^2 * weight over three items, against central differences
    program = Program(parse("(x - batch_mean(x))**2"))
    x = np.array([[1.0, 2.0], [4.0, -1.0], [2.5, 0.5]])
    assert program.forward({"x": x}, 3)[:, 0] == pytest.approx([2.25, 2.25, 0.0])  # mean 2.5
    weight = np.array([[1.0, -2.0], [0.5, 3.0], [2.0, 1.0]])
    program.forward({"x": x}, 3)
    found = program.backward(weight)["x"]
    for index in np.ndindex(x.shape):
        sides = []
        for step in (1e-6, -1e-6):
            moved = x.copy()
            moved[index] += step
            sides.append(float((program.forward({"x": moved}, 3) * weight).sum()))
        assert found[index] == pytest.approx((sides[0] - sides[1]) / 2e-6, abs=1e-8)


@pytest.mark.parametrize(
    ("text", "start", "words"),
    [
        ("pick(x, 1.5)", 8, "whole number"),
        ("pick(x, -1)", 8, "whole number"),
        ("pick(x, i)", 8, "whole number"),
        ("pick(x)", 0, "2 or 3 arguments"),
        ("stack(" + ", ".join(["1"] * 65) + ")", 0, "1 to 64 arguments"),
    ],
)
def test_a_place_is_a_whole_number_written_out(text: str, start: int, words: str):
    with pytest.raises(FormulaError, match=words) as caught:
        parse(text)
    assert caught.value.start == start


def test_a_place_outside_the_vector_is_said_in_words():
    with pytest.raises(ShapeError, match="place 3 of 3"):
        Program(parse("pick(x, 3)")).shape({"x": (3,)})
    with pytest.raises(ShapeError, match="a scalar"):
        Program(parse("pick(x, 0)")).shape({"x": ()})
    with pytest.raises(ShapeError, match="one shape"):
        Program(parse("stack(x, y)")).shape({"x": (3,), "y": ()})


def test_pick_and_stack_are_typeset_without_double_indices():
    assert latex(parse("pick(x, 0)")) == "x_{0}"
    assert latex(parse("pick(x_1, 0)")) == "[x_{1}]_{0}"
    assert latex(parse("stack(a, b)")) == "(a, b)^T"


@pytest.mark.parametrize(
    "text",
    [
        "2*y**2 - 1",
        "a - (b - c)",
        "(a + b)*c",
        "-x**2",
        "(-x)**2",
        "2**-x",
        "a/(b*c)",
        "-(a*b)",
        "(x**2)**3",
        "x**y**2",
        "max(a, 1e-07) + pi",
        "W @ x + b",
        "stack(pick(x, 0), a)",
    ],
)
def test_a_formula_is_written_with_no_more_brackets_than_it_needs(text: str):
    assert text_of(parse(text)) == text
    assert text_of(parse(text_of(parse(text), spaces=False))) == text


@given(trees)
def test_what_is_written_reads_back_with_the_same_value(tree):
    again = Program(parse(text_of(tree)))
    program = Program(tree)
    values = {name: np.array([value]) for name, value in (("x", 0.7), ("y", -1.2))}
    assert again.forward(values, 1) == pytest.approx(program.forward(values, 1), rel=1e-12)
    assert set(again.names) == set(names_of(tree))

"""What a student may type, what it is judged to be, hints, marks and the summary."""

from __future__ import annotations

import csv
import io
import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.analysis.tracing import trace
from model.errors import DesignError
from model.graph import NetworkGraph
from model.teaching.exercises import (
    LECTURE,
    dimensions,
    estimate_p,
    exercises,
    layers_with_parameters,
    source_of_the_slope,
)
from model.teaching.from_expression import from_expression
from model.teaching.predicting import Question, Quiz, check, shown
from model.teaching.questions import questions
from tests.model.samples import busy_net


def asked(answer: object, kind: str = "value", **options: object) -> Question:
    values = np.asarray(answer, dtype=float)
    return Question(kind, "n", "h", "What is h?", values, ("f", "1 + 1", "2"), **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (1.5, "1.5"),
        (1.5, "1,5"),
        (1.5, " 3/2 "),
        (1.5, "3 / 2"),
        (-1 / 3, "-1/3"),
        (math.log(5), "1.61"),
        (math.log(5), "log(5)"),
        (1e-7, "1e-7"),
        (0.0, "0"),
        ([1, 2, 3], "1, 2, 3"),
        ([1, 2, 3], "(1; 2; 3)"),
        ([1.5, 2.5], "1,5 2,5"),
        ([1.5, 2.5], "1,5; 2,5"),
        ([1.5, 2.5], "[1.5 2.5]"),
        ([1.5, 2.5], "1.5, 2.5"),
        ([0.5, 1 / 3], "1/2, 1/3"),
        ([[1, 2], [3, 4]], "1, 2; 3, 4"),
        ([[1, 2], [3, 4]], "1 2\n3 4"),
        ([[1, 2], [3, 4]], "[[1, 2], [3, 4]]"),
    ],
)
def test_numbers_may_be_typed_in_many_ways(answer: object, text: str):
    assert check(asked(answer), text).is_right


@pytest.mark.parametrize(
    ("answer", "text", "words"),
    [
        (1.5, "", "Type"),
        (1.5, "one", "cannot be read"),
        (1.5, "1, 2, 3", "one number"),
        ([1, 2, 3], "1, 2", "3 numbers"),
        ([[1, 2], [3, 4]], "5", "2 × 2"),
        (1.5, "-1.5", "sign"),
        (1.5, "1.52", "Close"),
        (1.5, "7", "hint"),
        ([1, 2, 3], "1, 2, 7", "place 2"),
        ([[1, 2], [3, 4]], "1, 3; 2, 4", "transposed"),
        (1.5, "9**9**9", "hint"),
        (1.5, "1" * 3000, "characters"),
        (1.5, "__import__('os')", "cannot be read"),
    ],
)
def test_a_wrong_answer_says_what_kind_of_mistake_it_is(answer: object, text: str, words: str):
    verdict = check(asked(answer), text)
    assert not verdict.is_right
    assert words in verdict.message


def test_a_forgotten_mean_over_the_batch_is_named():
    assert "factor 8" in check(asked(0.25, batch=8), "2").message


@pytest.mark.parametrize(
    "text", ["B × 3 × 4", "Bx3x4", "(B, 3, 4)", "b 3 4", "[32, 3, 4]", "32x3x4"]
)
def test_shapes_may_be_typed_in_many_ways(text: str):
    assert check(asked([3, 4], "shape", batch=32), text).is_right


def test_a_shape_of_one_item_is_right_and_completed():
    verdict = check(asked([3, 4], "shape"), "3 x 4")
    assert verdict.is_right
    assert "B × 3 × 4" in verdict.message
    assert check(asked([], "shape"), "B").is_right
    assert check(asked([], "shape"), "scalar").is_right
    assert check(asked([3], "shape", batch=3), "3").is_right


@pytest.mark.parametrize(
    ("text", "words"), [("B x 4 x 3", "order"), ("B x 3", "3 axes"), ("B x 3 x 5", "Not yet")]
)
def test_a_wrong_shape_says_why(text: str, words: str):
    verdict = check(asked([3, 4], "shape"), text)
    assert not verdict.is_right
    assert words in verdict.message


def test_yes_and_no():
    assert check(asked(1, "yes_no"), "Yes").is_right
    assert check(asked(0, "yes_no"), "nein").is_right
    assert not check(asked(0, "yes_no"), "yes").is_right
    assert "yes or no" in check(asked(0, "yes_no"), "perhaps").message


@given(st.text(max_size=60), st.sampled_from(["value", "shape", "yes_no", "share"]))
def test_any_text_is_judged(text: str, kind: str):
    assert check(asked([2, 3] if kind == "shape" else 1.0, kind), text).message


@given(st.floats(-1e6, 1e6).filter(lambda value: abs(value) > 1e-6))
def test_the_answer_that_is_shown_is_accepted(value: float):
    assert check(asked(value), shown(np.array(value))).is_right
    assert check(asked(value), shown(np.array(value)).replace(".", ",")).is_right


def lecture() -> NetworkGraph:
    graph = NetworkGraph()
    graph.apply(from_expression(graph, LECTURE).changes)
    return graph


def test_the_lectures_forward_pass_is_asked_with_three_hints():
    graph = lecture()
    found = questions(graph, trace(graph), "forward")
    assert [float(q.answer) for q in found] == pytest.approx(
        [5, math.log(5), 2 * math.log(5) ** 2 - 1, 2 * math.log(5) ** 2 - 1]
    )
    x, y, z, _ = found
    assert [x.hint(rung) for rung in range(3)] == [r"$h = 2 \cdot w + 3$", "2*1 + 3", "5"]
    assert y.hint(1) == "log(5)"
    assert z.hint(1) == "2*1.60944**2 - 1"


def test_the_lectures_deltas_are_asked_from_the_goal_downwards():
    graph = lecture()
    found = questions(graph, trace(graph), "deltas")
    # 1, dz/dy = 4 y, dz/dx = 4 y / 5, dz/dw = 8 y / 5 twice: passed down and as gradient
    y = math.log(5)
    assert [float(q.answer) for q in found] == pytest.approx(
        [1, 4 * y, 4 * y / 5, 8 * y / 5, 8 * y / 5]
    )
    assert r"4 y" in found[1].hint(0)
    assert found[1].hint(1) == "1 · 6.43775"
    assert found[-1].kind == "gradient"
    assert check(found[3], "2,575").is_right


def test_every_number_of_a_network_can_be_asked_for():
    graph = busy_net()
    step = trace(graph)
    from model.teaching.replacing import parameters_of

    parameters = {key: parameters_of(graph, None, key) for key in ("dense_1", "dense_2")}
    for hidden in ("forward", "deltas", "shapes"):
        found = questions(graph, step, hidden, parameters=parameters)  # type: ignore[arg-type]
        assert found
        for question in found:
            assert all(question.hint(rung) for rung in range(3))
            assert check(question, question.hint(2)).is_right
    one = questions(graph, step, "one", "dense_1", parameters)[0]
    node = step.nodes["dense_1"]
    assert (one.answer == node.out).all()
    # the hint of neuron 0 is its weighted sum, which adds up to the answer
    text = one.hint(1).splitlines()[0].removeprefix("neuron 0: ").replace("·", "*")
    assert check(asked(float(node.out[0])), text).is_right  # type: ignore[index]


def test_of_a_large_array_the_largest_number_is_asked_for():
    graph = NetworkGraph()
    values = ", ".join(str(k % 7) for k in range(19)) + ", -20"
    graph.apply(from_expression(graph, "sum(2*w)", values={"w": values}).changes)
    found = questions(graph, trace(graph), "forward")
    assert float(found[0].answer) == -40
    assert "[19]" in found[0].prompt


def test_marks_fall_by_a_third_with_each_hint_and_wrong_tries_cost_nothing():
    quiz = Quiz([asked(1.0), asked(2.0), asked(3.0)], "Test")
    assert not quiz.answer(0, "7").is_right
    assert quiz.answer(0, "1").is_right
    assert quiz.hint(1) == "f"
    assert quiz.hint(1) == "1 + 1"
    assert quiz.answer(1, "2").is_right
    assert quiz.hint(1) == "1 + 1"
    assert quiz.marks == (pytest.approx(1 + 1 / 3), 3)


def test_the_summary_can_be_saved_in_three_forms():
    quiz = Quiz([asked(1.0), asked([1, 2])], "A | B")
    quiz.answer(0, "1")
    quiz.answer(1, "1; 3")
    found = json.loads(quiz.summary("json"))
    assert (found["marks"], found["of"]) == (1, 2)
    assert found["items"][1]["tries"] == ["1; 3"]
    rows = list(csv.DictReader(io.StringIO(quiz.summary("csv"))))
    assert [row["mark"] for row in rows] == ["1.0", "0.0"]
    assert rows[1]["answer"] == "(1, 2)"
    text = quiz.summary()
    assert text.startswith("# A | B\n")
    assert "| What is h? | 1 | 1 | 0 | 1 |" in text


def test_an_empty_quiz_is_refused():
    with pytest.raises(DesignError, match="nothing to ask"):
        Quiz([])


def test_dimensions_of_each_layer_are_asked():
    found = dimensions(busy_net()).questions
    prompts = {question.prompt: question.answer_text for question in found}
    assert prompts["What enters Dense 6?"] == "B × 2"
    assert prompts["What leaves Dense 6?"] == "B × 6"
    assert prompts["What leaves Dropout?"] == "B × 6"
    for question in found:
        assert check(question, question.hint(2)).is_right


def test_not_all_layers_have_parameters():
    found = layers_with_parameters(busy_net()).questions
    answers = {question.prompt: question.answer_text for question in found}
    assert answers == {
        "Do all layers have parameters?": "no",
        "Does Dense 6 have parameters?": "yes",
        "Does Batch norm have parameters?": "yes",
        "Does ReLU have parameters?": "no",
        "Does Dropout have parameters?": "no",
        "Does Dense 2 have parameters?": "yes",
    }
    # W (2 × 6) and b (6): 18 numbers
    assert "18 numbers" in found[1].hint(1)


@pytest.mark.parametrize("seed", range(12))
def test_counting_the_picture_is_always_right_and_a_wild_guess_is_not(seed: int):
    exercise = estimate_p(seed)
    question = exercise.questions[0]
    assert exercise.picture is not None
    share = 1 - exercise.picture.mean()
    assert check(question, f"{share:.6f}").is_right
    assert check(question, f"{float(question.answer)}").is_right
    wild = float(question.answer) + (0.35 if question.answer < 0.5 else -0.35)
    assert not check(question, f"{wild}").is_right


def test_the_picture_is_that_of_the_engine_and_follows_the_seed():
    assert (estimate_p(3).picture == estimate_p(3).picture).all()
    assert len({float(estimate_p(seed).questions[0].answer) for seed in range(20)}) > 3
    big = estimate_p(1, rows=200, columns=50, p=0.3).picture
    assert big is not None
    # 10,000 draws: three standard deviations of the share are 0.014
    assert 1 - big.mean() == pytest.approx(0.3, abs=0.014)


def test_the_slope_comes_from_the_slopes_along_the_way():
    exercise = source_of_the_slope()
    answers = [float(question.answer) for question in exercise.questions]
    # dz/dy = 4 y, dy/dx = 1/5, dx/dw = 2, and their product
    y = math.log(5)
    assert answers == pytest.approx([4 * y, 0.2, 2, 8 * y / 5])
    assert r"\frac{1}{x}" in exercise.questions[1].hint(0)
    assert "x = 5" in exercise.questions[1].hint(1)
    assert check(exercise.questions[1], "1/5").is_right


def test_a_design_has_its_fitting_exercises():
    assert [each.key for each in exercises(busy_net())] == [
        "dimensions",
        "parameters",
        "estimate_p",
        "slope",
    ]
    assert [each.key for each in exercises(NetworkGraph())] == ["estimate_p", "slope"]
    with pytest.raises(DesignError, match="nothing to ask"):
        source_of_the_slope(busy_net())

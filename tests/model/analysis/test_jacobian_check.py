"""The numeric check of a Jacobian agrees with every layer, and finds what is wrong."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from model.analysis.jacobian import jacobian
from model.analysis.jacobian_chain import jacobian_chain
from model.analysis.jacobian_check import MOST_COLUMNS, check_chain, check_jacobian
from model.analysis.local_study import places_of
from model.analysis.progress import CancelledError, Progress
from model.analysis.rehearsal import Rehearsal, rehearse
from model.files import examples_folder, read_design
from model.graph import NetworkGraph
from model.layer import Layer
from model.layers.activations import ReLU
from model.layers.dense import Dense
from tests.model.layers.registry import INNER, LOSSES, cases, small
from tests.model.samples import Given, Projection, Shift, build, busy_net

COMPUTING = {**INNER, **LOSSES}


@pytest.mark.parametrize("kind", COMPUTING.values(), ids=COMPUTING)
def test_the_jacobians_of_every_layer_pass(kind: type[Layer]):
    case = cases(small(kind), batch=3, seed=1)[0]
    step = Rehearsal(case.graph, case.arrays, dtype=np.float64)
    step.there_and_back()
    for by in places_of(step, "tried"):
        check = check_jacobian(step, jacobian(step, "tried", by, 1))
        assert check.verdict == "ok", (by, check)
        assert check.columns <= check.n_columns


def relu_at(*values: float) -> Rehearsal:
    given = Given(shapes=((len(values),),), target=(len(values),))
    graph = build(
        {"given": given, "shift": Shift(), "tried": ReLU(), "loss": Projection()},
        "given.a > shift.h",
        "shift.h > tried.h",
        "tried.h > loss.prediction",
        "given.y > loss.target",
    )
    arrays = {"a": np.array([values]), "y": np.ones((1, len(values)))}
    step = Rehearsal(graph, {"given": arrays}, dtype=np.float64)
    step.there_and_back()
    return step


def test_the_corner_of_relu_counts_as_a_kink_not_as_a_fault():
    step = relu_at(-1.0, 0.0, 2.0)
    check = check_jacobian(step, jacobian(step, "tried"))
    assert check.verdict == "kink"
    assert check.kinks == 1


def test_a_wrong_entry_is_found_with_its_place_and_both_values():
    step = relu_at(-1.0, 0.5, 2.0)
    found = jacobian(step, "tried")
    matrix = found.matrix.copy()
    matrix[2, 1] = 0.25
    check = check_jacobian(step, dataclasses.replace(found, matrix=matrix))
    assert check.verdict == "wrong"
    assert (check.row, check.column) == (2, 1)
    assert check.analytic == 0.25
    assert check.numeric == pytest.approx(0.0, abs=1e-9)
    assert check.error == pytest.approx(0.25)  # the largest entry of the matrix is 1


def test_of_a_wide_matrix_some_columns_are_compared_and_it_can_be_cancelled():
    given = Given(shapes=((600,),), target=(3,))
    graph = build(
        {"given": given, "shift": Shift(), "tried": Dense(units=3), "loss": Projection()},
        "given.a > shift.h",
        "shift.h > tried.h",
        "tried.h > loss.prediction",
        "given.y > loss.target",
    )
    feed = {"given": {"a": np.ones((2, 600)), "y": np.ones((2, 3))}}
    step = Rehearsal(graph, feed, dtype=np.float64)
    step.there_and_back()
    found = jacobian(step, "tried")
    check = check_jacobian(step, found)
    assert (check.columns, check.n_columns) == (MOST_COLUMNS, 600)
    assert check.verdict == "ok"
    stopped = Progress()
    stopped.cancel()
    with pytest.raises(CancelledError):
        check_jacobian(step, found, stopped)


def step_of(example: str) -> Rehearsal:
    step = rehearse(NetworkGraph(read_design(examples_folder() / f"{example}.json")))
    step.there_and_back()
    return step


@pytest.mark.parametrize("example", ["iris", "xor", "two_branches", "chain_rule", "autoencoder_2d"])
def test_the_total_of_a_chain_agrees_with_differences_through_all_of_it(example: str):
    step = step_of(example)
    keys = [node.node_id for node in step.plan.nodes]
    first = next(key for key in keys if step.plan.by_id[key].wires or example == "chain_rule")
    chain = jacobian_chain(step, first, keys[-1], 0)
    check = check_chain(step, chain, 0)
    assert check is not None
    assert check.verdict in ("ok", "kink"), check


def test_where_items_mix_the_chain_is_not_judged():
    step = Rehearsal(*_batch_norm_net(), dtype=np.float64)
    step.there_and_back()
    chain = jacobian_chain(step, "dense_1", "loss", 0)
    assert check_chain(step, chain, 0) is None


def _batch_norm_net() -> tuple[NetworkGraph, dict[str, dict[str, np.ndarray]]]:
    rehearsed = rehearse(busy_net())
    return rehearsed.graph, rehearsed.arrays

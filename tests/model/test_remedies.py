"""What tripwires say, and what they offer to try."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from model.files import examples, examples_folder, read_design
from model.graph import NetworkGraph
from model.layer import Layer
from model.layers.activations import LeakyReLU, ReLU, Sigmoid
from model.layers.batch_norm import BatchNorm
from model.layers.dense import Dense
from model.layers.losses import MeanSquaredError
from model.layers.source import DataSource
from model.remedies import MOST, Remedy, Trouble, problem_of, remedies_of, told
from model.shapes import infer
from model.trainer import Trainer
from model.tripwires import LIMITS, Alarm, Kind
from tests.model.samples import chain, xor_net

TROUBLES: tuple[Trouble, ...] = (*LIMITS, "diverged")


def example(name: str) -> NetworkGraph:
    return NetworkGraph(read_design(examples_folder() / f"{name}.json"))


def alarm(kind: Kind, node_id: str, value: float) -> Alarm:
    return Alarm(kind, (node_id,), node_id, value, LIMITS[kind].limit, 1)


def texts(found: list[Remedy]) -> list[str]:
    return [remedy.edit.text for remedy in found]


def after(graph: NetworkGraph, remedy: Remedy) -> NetworkGraph:
    copied = NetworkGraph(graph.design())
    copied.apply(remedy.edit.changes)
    return copied


def layers_of(graph: NetworkGraph, kind: type[Layer]) -> list[Any]:
    return [graph.node(key).layer for key in graph if isinstance(graph.node(key).layer, kind)]


def test_deep_sigmoids_are_offered_relus_and_batch_norm():
    graph = example("vanishing_delta")
    found = remedies_of("vanishing", ("dense_1",), graph)
    assert texts(found) == [
        "ReLU for 5 × Sigmoid, He first values",
        "Batch norm before 5 activations",
    ]
    assert all(remedy.is_anew for remedy in found)
    relus, norms = (after(graph, remedy) for remedy in found)
    assert (len(layers_of(relus, ReLU)), layers_of(relus, Sigmoid)) == (5, [])
    assert {dense.initializer for dense in layers_of(relus, Dense)} == {"he_normal"}
    assert len(layers_of(norms, BatchNorm)) == 5


def test_the_first_remedy_for_vanishing_delta_really_helps():
    """J of the example stays at log 2 for 200 steps; with the remedy it falls below a half."""
    graph = example("vanishing_delta")
    plain, mended = Trainer(graph), Trainer(after(graph, remedies_of("vanishing", (), graph)[0]))
    for trainer in (plain, mended):
        trainer.run_epoch()
        while trainer.step_count < 200:
            trainer.step()
    assert plain.evaluate("training").loss == pytest.approx(0.6931, abs=0.01)
    assert mended.evaluate("training").loss < 0.35


def test_dying_relus_are_offered_a_slope_and_a_smaller_rho():
    graph = xor_net()
    found = remedies_of("dead", ("relu_1",), graph)
    assert texts(found) == ["Leaky ReLU for ReLU", "Set ρ to 0.01", "He first values"]
    assert [remedy.is_anew for remedy in found] == [False, True, True]
    assert len(layers_of(after(graph, found[0]), LeakyReLU)) == 1


def test_what_the_design_has_already_is_not_offered():
    graph = chain(
        DataSource(dataset="curve", size=20),
        Dense(units=4, initializer="he_uniform"),
        BatchNorm(),
        ReLU(),
        Dense(units=1, initializer="he_uniform"),
        loss=MeanSquaredError(),
        clip_norm=0.5,
    )
    assert texts(remedies_of("exploding", ("dense_1",), graph)) == ["Set ρ to 0.01"]
    assert remedies_of("vanishing", ("dense_1",), graph) == []


@pytest.mark.parametrize("trouble", TROUBLES)
def test_every_remedy_is_one_edit_that_keeps_the_design_sound_and_can_be_undone(trouble: Trouble):
    for each in examples():
        graph = NetworkGraph(read_design(each.path))
        before = graph.design()
        found = remedies_of(trouble, tuple(graph), graph)
        assert len(found) <= MOST
        for remedy in found:
            graph.apply(remedy.edit.changes)
            assert infer(graph).can_run, (each.name, remedy.edit.text)
            graph.apply(remedy.edit.reversed().changes)
            assert graph.design() == before


@pytest.mark.parametrize("kind", LIMITS)
def test_every_alarm_says_where_how_much_and_what_to_try(kind: Kind):
    graph = xor_net()
    message, hint = told(alarm(kind, "dense_1", 0.25), graph)
    assert "Dense 6" in message
    assert hint.startswith("Try ")
    assert all(text.endswith(".") and len(text) < 120 for text in (message, hint))


def test_numbers_are_short_and_places_can_be_told_apart():
    graph = example("vanishing_delta")
    assert told(alarm("vanishing", "dense_6", 4.23e-7), graph)[0] == (
        "δ vanishes: at Dense 2 it is 4.2·10⁻⁷ of what it is at the last layer."
    )
    assert "Dense 8 (3rd)" in told(alarm("exploding", "dense_3", float("inf")), graph)[0]
    assert "RMS at Dense 2 is 25000" not in told(alarm("exploding", "dense_6", 25e3), graph)[0]
    assert "2.5·10⁴" in told(alarm("exploding", "dense_6", 25e3), graph)[0]
    assert "it is 0 of what" in told(alarm("vanishing", "dense_6", 0.0), graph)[0]
    assert "84 %" in told(alarm("dead", "dense_6", 0.84), graph)[0]


def test_an_alarm_is_a_problem_that_blocks_nothing():
    graph = xor_net()
    found = alarm("leaping", "dense_1", 0.4)
    remedies = remedies_of(found.kind, found.node_ids, graph)
    problem = problem_of(found, graph, remedies)
    assert (problem.node_id, problem.is_blocking) == ("dense_1", False)
    assert [edit.text for edit in problem.repairs] == texts(remedies)


def test_all_troubles_have_offers():
    assert set(get_args(Kind)) == set(LIMITS)
    assert all(remedies_of(trouble, ("relu_1",), xor_net()) for trouble in TROUBLES)

"""The plan of a sweep: which runs there are, in which order, and whose results it goes on with."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest

from model import editing
from model.design import Design
from model.errors import FieldError
from model.files import examples_folder, read_design
from model.graph import NetworkGraph
from model.sweep.plan import MOST_RUNS, Plan, factors_of, make_plan

DROPOUT = read_design(examples_folder() / "breast_cancer_dropout.json")


def plan(*texts: str, design: Design = DROPOUT, **more: Any) -> Plan:
    return make_plan(design, factors_of(design, texts), **more)


def test_a_grid_has_every_combination_and_each_seed_once():
    found = plan("dropout_1.p=0,0.5", "training.rho=0.1,1", seeds=2, seed=7)
    assert found.places == ("dropout_1.p", "training.lr")
    assert [(tuple(s.values()), seed) for s, seed in found.runs()] == [
        ((0, 0.1), 7), ((0, 1), 7), ((0.5, 0.1), 7), ((0.5, 1), 7),
        ((0, 0.1), 8), ((0, 1), 8), ((0.5, 0.1), 8), ((0.5, 1), 8),
    ]  # fmt: skip
    assert found.n_runs == 8


def test_without_fields_only_the_seeds_differ():
    found = plan(seeds=3)
    first = DROPOUT.training.seed
    assert list(found.runs()) == [({}, first), ({}, first + 1), ({}, first + 2)]


def test_nodes_are_known_by_their_titles_and_fields_by_their_symbols():
    found = plan("Dense 1.units=1", "training.ρ=0.1", "training.B=8", "training.lambda_2=0.1")
    assert found.places == ("dense_3.units", "training.lr", "training.batch_size", "training.l2")


def test_the_same_value_written_twice_is_one_run():
    assert plan("dropout_1.p=0.2,0.20,2e-1").n_runs == 1


def test_an_optimiser_and_a_field_that_only_it_has_go_together():
    found = plan("training.optimizer=momentum", "training.momentum=0.5,0.9")
    assert [setting["training.momentum"] for setting in found.settings] == [0.5, 0.9]


def test_more_draws_begin_with_the_same_ones_and_another_seed_draws_others():
    texts = ("dropout_1.p=0..0.8", "training.lr=1e-4..1:log")
    few, many = plan(*texts, draws=4), plan(*texts, draws=9)
    assert len(few.settings) == 4
    assert many.settings[:4] == few.settings
    assert few.name == many.name
    assert plan(*texts, draws=4, seed=1).settings != few.settings


def test_draws_from_few_values_do_not_repeat():
    assert len(plan("dropout_1.p=0,0.5", draws=10).settings) == 2


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (["dropout_1.p"], "NODE.FIELD=VALUE"),
        (["dropuot_1.p=0"], "no node dropuot_1.*There are: training.*Did you mean dropout_1"),
        (["dropout_1.scalin=x"], "no field 'scalin'.*Did you mean scaling"),
        (["training.rhoo=1"], "no field 'rhoo'.*lr, .*Did you mean rho"),
        (["dropout_1.p=0,1.5"], "dropout_1.p: .*below 1, not 1.5"),
        (["training.optimizer=adam,adm"], "no optimiser named 'adm'.*sgd"),
        (["training.seed=1,2"], "--seeds"),
        (["training.lr=1", "training.rho=2"], "twice"),
        (["dropout_1.p=0..0.5"], "--set dropout_1.p: 0..0.5 does not say how many"),
        (["dropout_1.p=0..0.9:1000", "training.lr=0..1:1000"], f"longer than {MOST_RUNS:,}"),
    ],
)
def test_what_cannot_be_done_is_refused_before_the_first_run(texts: list[str], words: str):
    with pytest.raises(FieldError) as refused:
        plan(*texts)
    assert "--set" in str(refused.value) or "sweep" in str(refused.value)
    assert re.search(words, str(refused.value))


def test_the_name_is_of_the_design_the_fields_and_the_length():
    texts = ("dropout_1.p=0,0.5",)
    name = plan(*texts, epochs=3).name
    assert plan("dropout_1.p=0.1", epochs=3, seeds=4).name == name
    assert plan(*texts, epochs=4).name != name
    assert plan(*texts, steps=3).name != name
    assert plan("dropout_2.p=0,0.5", epochs=3).name != name


def test_the_name_ignores_the_layout_and_the_present_value_of_what_varies():
    graph = NetworkGraph(DROPOUT)
    graph.apply(editing.move(graph, {"dense_1": (500.0, 90.0)}).changes)
    graph.apply(editing.rename(graph, "dense_1", "first").changes)
    graph.apply(editing.set_fields(graph, "dropout_1", {"p": 0.9}).changes)
    graph.apply(editing.set_training(graph, {"lr": 0.5, "seed": 3, "epochs": 77}).changes)
    texts = ("dropout_1.p=0,0.5", "training.lr=1")
    name = plan(*texts, epochs=3).name
    assert plan(*texts, design=graph.design(), epochs=3).name == name
    graph.apply(editing.set_fields(graph, "dense_1", {"units": 3}).changes)
    assert plan(*texts, design=graph.design(), epochs=3).name != name


def test_where_the_optimiser_varies_its_kind_is_not_in_the_name():
    training = msgspec.structs.replace(DROPOUT.training)
    other = msgspec.structs.replace(DROPOUT, training=training)
    assert plan("training.optimizer=sgd", design=other).name == plan("training.optimizer=adam").name

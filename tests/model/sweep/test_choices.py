"""Which fields can vary, which a sweep begins with, and a setting as one edit."""

from __future__ import annotations

import pytest

from model.errors import FieldError
from model.files import examples, examples_folder, read_design
from model.graph import NetworkGraph
from model.shapes import infer
from model.sweep.choices import edit_of, first_factors, suggested, sweepables
from model.sweep.plan import factors_of, make_plan


def graph_of(name: str) -> NetworkGraph:
    return NetworkGraph(read_design(examples_folder() / f"{name}.json"))


def test_every_field_is_there_once_those_of_the_training_first():
    found = sweepables(graph_of("breast_cancer_dropout"))
    places = [each.place for each in found]
    assert len(set(places)) == len(places)
    assert places[:3] == ["training.optimizer", "training.batch_size", "training.lr"]
    assert {"dropout_1.p", "dense_1.units", "dense_1.is_frozen"} <= set(places)
    assert not {"training.seed", "dropout_1.is_frozen", "dense_1.weights"} & set(places)
    titles = {each.place: (each.title, each.label) for each in found}
    assert titles["dropout_2.p"] == ("Dropout (2nd): p", "p · Dropout (2nd)")
    assert titles["training.lr"] == ("Learning rate ρ", "ρ")


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.name)
def test_what_every_example_begins_with_can_be_trained(example):
    graph = NetworkGraph(read_design(example.path))
    texts = [f"{place}={values}" for place, values in first_factors(graph)]
    plan = make_plan(graph.design(), factors_of(graph.design(), texts))
    assert len(plan.settings) >= 5
    for setting in plan.settings[:: len(plan.settings) - 1]:
        draft = NetworkGraph(graph.design())
        draft.apply(edit_of(draft, setting).changes)
        assert infer(draft).can_run


def test_values_are_suggested_that_every_field_takes():
    graph = graph_of("mnist_cnn")
    design = graph.design()
    for each in sweepables(graph):
        plan = make_plan(design, factors_of(design, [f"{each.place}={suggested(each)}"]))
        assert plan.settings, each.place


def test_the_node_it_is_opened_from_gives_the_field():
    graph = graph_of("breast_cancer_dropout")
    assert first_factors(graph, "dropout_2")[1] == ("dropout_2.p", "0, 0.2, 0.5")
    assert first_factors(graph, "dense_2")[1][0] == "dense_2.units"


def test_a_setting_is_one_edit_that_can_be_taken_back():
    graph = graph_of("breast_cancer_dropout")
    before = graph.design()
    setting = {"training.lr": 0.5, "training.optimizer": "sgd", "dropout_1.p": 0.1,
               "dense_1.units": 9, "dense_1.l2": 0.25}  # fmt: skip
    edit = edit_of(graph, setting)
    graph.apply(edit.changes)
    assert (graph.training.optimizer.lr, type(graph.training.optimizer).__name__) == (0.5, "SGD")
    assert graph.node("dropout_1").layer.p == 0.1
    assert graph.node("dense_1").layer.units == 9
    assert graph.node("dense_1").l2 == 0.25
    graph.apply(edit.reversed().changes)
    assert graph.design() == before


def test_a_node_that_has_gone_is_named():
    with pytest.raises(FieldError, match="dropout_7 is no longer in the design"):
        edit_of(graph_of("xor"), {"dropout_7.p": 0.1})

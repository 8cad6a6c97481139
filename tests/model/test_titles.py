"""Nodes of one title are told apart in messages and lists, in the order in which data flows."""

from __future__ import annotations

import pytest

from model import clipboard, editing
from model.errors import DesignError
from model.graph import NetworkGraph, Wire
from model.layers import LAYERS
from model.shapes import infer
from model.titles import ordinal
from tests.model.samples import build


def two_relus() -> NetworkGraph:
    """The second in the design's file stands first in the network."""
    layers = {
        "relu_1": LAYERS["relu"](),
        "data": LAYERS["data"](),
        "dense_1": LAYERS["dense"](units=3),
        "relu_2": LAYERS["relu"](),
    }
    return build(layers, "data.x > relu_2.h", "relu_2.h > dense_1.h", "dense_1.h > relu_1.h")


def test_ranks_follow_the_data() -> None:
    graph = two_relus()
    titles = {key: graph.title_of(key) for key in graph}
    assert titles == {
        "data": "XOR", "relu_2": "ReLU (1st)", "dense_1": "Dense 3", "relu_1": "ReLU (2nd)",
    }  # fmt: skip
    assert graph.node("relu_1").title == "ReLU", "the card itself keeps its short title"


def test_a_card_without_wires_comes_last_and_renames_no_other() -> None:
    graph = two_relus()
    graph.apply(editing.add_node(graph, LAYERS["relu"](), 0, 0).changes)
    assert graph.title_of("relu_3") == "ReLU (3rd)"
    assert graph.title_of("relu_2") == "ReLU (1st)"


def test_titles_follow_every_edit() -> None:
    graph = two_relus()
    assert graph.title_of("relu_1") == "ReLU (2nd)"
    edit = editing.rename(graph, "relu_2", "Gate")
    graph.apply(edit.changes)
    assert (graph.title_of("relu_1"), graph.title_of("relu_2")) == ("ReLU", "Gate")
    graph.apply(edit.reversed().changes)
    graph.apply(editing.move(graph, {"relu_1": (9.0, 9.0)}).changes)
    assert graph.title_of("relu_1") == "ReLU (2nd)"
    graph.apply(editing.remove(graph, ["relu_2"]).changes)
    assert graph.title_of("relu_1") == "ReLU"
    graph.apply(clipboard.duplicate(graph, ["dense_1"]).changes)
    assert graph.title_of("dense_1") == "Dense 3 (1st)"
    graph.apply(editing.set_fields(graph, "dense_1", {"units": 4}).changes)
    assert graph.title_of("dense_1") == "Dense 4"


def test_names_that_were_given_twice_are_told_apart_too() -> None:
    graph = two_relus()
    for key in ("dense_1", "relu_1"):
        graph.apply(editing.rename(graph, key, "Head").changes)
    assert [graph.title_of(key) for key in ("dense_1", "relu_1")] == ["Head (1st)", "Head (2nd)"]


def test_problems_and_refusals_say_which_node_they_mean() -> None:
    graph = two_relus()
    wire = Wire("dense_1", "h", "relu_1", "h")
    graph.apply(editing.remove_wires(graph, [wire]).changes)
    said = {problem.node_id: problem.message for problem in infer(graph).problems}
    assert said["relu_1"].startswith("ReLU (2nd) is not wired")
    assert editing.add_wire(graph, wire).text == "Wire Dense 3 to ReLU (2nd)"


def test_what_is_not_there_has_no_title() -> None:
    with pytest.raises(DesignError, match="no node named 'gone'"):
        two_relus().title_of("gone")


@pytest.mark.parametrize(
    ("number", "words"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (13, "13th"),
     (21, "21st"), (102, "102nd"), (111, "111th")],
)  # fmt: skip
def test_ordinals_are_written_as_one_says_them(number: int, words: str) -> None:
    assert ordinal(number) == words

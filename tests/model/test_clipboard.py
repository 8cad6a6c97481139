"""Pieces of a design travel as text, between windows too; foreign text is refused in words."""

from __future__ import annotations

import json

import msgspec
import pytest

from model import clipboard, editing
from model.errors import FileError
from model.files.design_file import LARGEST_FILE, parse_design, to_bytes
from model.graph import NetworkGraph
from model.layers.activations import ReLU
from model.layers.dense import Dense
from model.layers.dropout import Dropout
from model.layers.losses import SoftmaxCrossEntropy
from model.layers.merge import Add
from model.layers.source import DataSource
from tests.model.samples import build, chain


@pytest.fixture
def graph() -> NetworkGraph:
    graph = chain(DataSource(), Dense(units=5), Dropout(p=0.25), loss=SoftmaxCrossEntropy())
    graph.apply(editing.rename(graph, "dense_1", "Hidden").changes)
    graph.apply(editing.add_note(graph, "Look at the mask", 300, 20).changes)
    return graph


def test_pieces_come_out_of_another_window_as_they_went_in(graph: NetworkGraph):
    text = clipboard.to_text(graph, ["dense_1", "dropout_1", "note_1"])
    other = NetworkGraph()
    edit = clipboard.paste(other, clipboard.from_text(text), 50, 60)
    other.apply(edit.changes)
    assert edit.created == ("dense_1", "dropout_1", "note_1")
    assert other.node("dense_1").layer == Dense(units=5)
    assert other.node("dense_1").name == "Hidden"
    assert other.node("dropout_1").layer == Dropout(p=0.25)
    assert other.notes["note_1"].text == "Look at the mask"
    assert [(w.source, w.target) for w in other.wires()] == [("dense_1", "dropout_1")]
    # The left-most goes to x 50, the top-most to y 60; they were at
    # dense (0, 100), dropout (0, 200), note (300, 20).
    assert (other.node("dense_1").x, other.node("dense_1").y) == (50, 140)
    assert (other.notes["note_1"].x, other.notes["note_1"].y) == (350, 60)


def test_a_whole_design_survives_the_way_there_and_back(graph: NetworkGraph):
    everything = [*graph.nodes, *graph.notes]
    other = NetworkGraph()
    piece = clipboard.from_text(clipboard.to_text(graph, everything))
    other.apply(clipboard.paste(other, piece, 0, 0).changes)
    back = clipboard.from_text(clipboard.to_text(other, [*other.nodes, *other.notes]))
    assert {n.layer for n in back.nodes.values()} == {n.layer for n in graph.nodes.values()}
    assert len(back.wires) == len(graph.wires())


def test_pasting_where_the_ids_are_taken_gives_new_ones(graph: NetworkGraph):
    piece = clipboard.from_text(clipboard.to_text(graph, ["dense_1", "dropout_1"]))
    edit = clipboard.paste(graph, piece, 0, 0)
    graph.apply(edit.changes)
    assert edit.created == ("dense_2", "dropout_2")
    assert edit.text == "Paste 2 items"
    assert any((w.source, w.target) == ("dense_2", "dropout_2") for w in graph.wires())


def test_wires_whose_other_end_stays_behind_do_not_travel(graph: NetworkGraph):
    text = clipboard.to_text(graph, ["dense_1", "loss"])
    assert json.loads(text)["wires"] == []


def test_a_duplicate_lies_a_little_aside_with_its_inner_wires(graph: NetworkGraph):
    edit = clipboard.duplicate(graph, ["dense_1", "dropout_1"], offset=36)
    graph.apply(edit.changes)
    assert (graph.node("dense_2").x, graph.node("dense_2").y) == (36, 136)
    assert graph.node("dense_2").name == "Hidden"
    assert edit.text.startswith("Duplicate")


def test_the_order_of_a_merge_is_kept():
    graph = build(
        {"b": Dense(units=1), "a": Dense(units=2), "add": Add()}, "b.h > add.h", "a.h > add.h"
    )
    edit = clipboard.duplicate(graph, ["a", "b", "add"])
    graph.apply(edit.changes)
    entering = graph.wires_into("add_1")
    assert [graph.node(wire.source).layer for wire in entering] == [Dense(units=1), Dense(units=2)]


def test_nothing_can_be_pasted_and_is_no_edit():
    graph = NetworkGraph()
    assert clipboard.paste(graph, clipboard.Fragment(), 0, 0).changes == ()
    assert clipboard.duplicate(graph, []).changes == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "42",
        "[]",
        "{}" * 2,
        '{"deltaboard": "design"}',
        '{"nodes": {"a": {"layer": {"type": "nothing"}}}}',
        '{"nodes": {"A!": {"layer": {"type": "relu"}}}}',
        '{"nodes": {"a": {"layer": {"type": "dense", "units": 0}}}}',
        '{"nodes": {"a": {"layer": {"type": "dense", "units": 1e99}}}}',
        '{"nodes": {"a": {"layer": {"type": "relu"}, "x": 1e999}}}',
        '{"wires": [["a", "h"]]}',
        '{"strange": 1}',
        "\ud800",
        "[" * 100_000,
        "{}\x00",
    ],
)
def test_foreign_text_is_refused_in_words(text: str):
    with pytest.raises(FileError) as refused:
        clipboard.from_text(text)
    assert "clipboard" in refused.value.message
    assert refused.value.hint


def test_wires_to_nodes_that_did_not_travel_are_left_out():
    piece = clipboard.from_text(
        '{"nodes": {"a": {"layer": {"type": "relu"}}},'
        ' "wires": [{"source": "a", "source_port": "h", "target": "b", "target_port": "h"}]}'
    )
    graph = NetworkGraph()
    graph.apply(clipboard.paste(graph, piece, 0, 0).changes)
    assert graph.wires() == []


@pytest.mark.parametrize(
    "wires",
    [
        [("a", "h", "b", "h"), ("b", "h", "a", "h")],  # a cycle
        [("a", "h", "a", "h")],
        [("a", "nowhere", "b", "h")],
        [("a", "h", "b", "nowhere")],
        [("a", "h", "c", "h"), ("b", "h", "c", "h")],  # two wires at a port for one
        [("a", "h", "b", "h"), ("a", "h", "b", "h")],  # the same twice
    ],
)
def test_text_with_impossible_wires_is_refused(wires: list[tuple[str, str, str, str]]):
    names = ("source", "source_port", "target", "target_port")
    text = json.dumps(
        {
            "nodes": {key: {"layer": {"type": "relu"}} for key in "abc"},
            "wires": [dict(zip(names, wire, strict=True)) for wire in wires],
        }
    )
    with pytest.raises(FileError) as refused:
        clipboard.from_text(text)
    assert "clipboard" in refused.value.message


def test_the_text_is_readable_json(graph: NetworkGraph):
    text = clipboard.to_text(graph, ["dense_1"])
    assert json.loads(text)["deltaboard"] == "fragment"
    assert "\n" in text
    assert msgspec.json.decode(text, type=clipboard.Fragment).nodes["dense_1"].layer == Dense(
        units=5
    )
    assert ReLU().title not in text


def test_the_text_of_a_whole_design_can_be_pasted(graph: NetworkGraph):
    piece = clipboard.from_text(to_bytes(graph.design()).decode())
    assert set(piece.nodes) == set(graph.nodes)
    assert set(piece.notes) == set(graph.notes)
    assert set(piece.wires) == set(graph.wires())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "holds no text"),
        ("x1,x2\n1,2\n", "holds no layers"),
        ('{"name": "foreign"}', "holds no layers"),
        ('{"deltaboard": "fragment", "format": 2, "nodes": {}}', "newer Deltaboard"),
        ('{"nodes": {"a": {"layer": {"type": "densee"}}}}', 'did you mean "dense"'),
        ('{"nodes": {"a": {"layer": {"type": "dense", "units": 0}}}}', "nodes › a › layer › units"),
    ],
)
def test_a_refusal_says_what_is_wrong_with_the_text(text: str, said: str):
    with pytest.raises(FileError, match=said) as refused:
        clipboard.from_text(text)
    assert "opened" not in refused.value.message


def test_a_text_larger_than_any_design_is_refused_unread():
    with pytest.raises(FileError, match="larger than 16 MiB"):
        clipboard.from_text('"' + "a" * LARGEST_FILE + '"')


def test_pieces_far_apart_stay_within_what_a_file_can_hold():
    nodes = {
        "a": {"layer": {"type": "relu"}, "x": -1e6},
        "b": {"layer": {"type": "relu"}, "x": 1e6},
    }
    piece = clipboard.from_text(json.dumps({"nodes": nodes}))
    graph = NetworkGraph()
    graph.apply(clipboard.paste(graph, piece, 500.0, 0.0).changes)
    assert sorted(node.x for node in graph.nodes.values()) == [500.0, 1e6]
    parse_design(to_bytes(graph.design()), "it")

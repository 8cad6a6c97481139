"""Reading and writing designs: round trips, and one clear sentence for every kind of fault."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.design import Design, Node, Note, Wire
from model.errors import FileError
from model.files import parse_design, read_design, to_bytes, write_design
from model.files.design_file import LARGEST_FILE
from model.graph import NetworkGraph
from model.layers import LAYERS
from model.layers.dense import Dense
from model.layers.dropout import Dropout
from model.layers.losses import MeanSquaredError
from model.layers.source import DataSource
from model.optimizers import Adam
from model.settings import TrainingSettings
from model.shapes import infer

SMALL = Design(
    nodes={
        "data_1": Node(layer=DataSource(dataset="iris", features=(0, 2))),
        "dense_1": Node(layer=Dense(units=3), name="h₁ «äß»", x=24.5, y=-8.0),
        "dropout_1": Node(layer=Dropout(p=0.25)),
    },
    wires=(Wire("data_1", "x", "dense_1", "h"), Wire("dense_1", "h", "dropout_1", "h")),
    notes={"note_1": Note(text='First line\n"quoted" δ')},
    training=TrainingSettings(optimizer=Adam(lr=0.01), batch_size=0),
)


def plain() -> dict[str, Any]:
    """SMALL as the plain content of its file."""
    content: dict[str, Any] = json.loads(to_bytes(SMALL))
    return content


def refusal(content: bytes | dict[str, Any]) -> str:
    """The sentence with which this content is refused."""
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    with pytest.raises(FileError) as caught:
        parse_design(raw, "some.json")
    said = str(caught.value)
    assert "some.json" in said
    assert "\n" not in said
    assert caught.value.hint, "it says what to do"
    return said


def opened(raw: bytes) -> Design | FileError:
    try:
        return parse_design(raw, "x.json")
    except FileError as fault:
        return fault


# round trips


def test_a_design_comes_back_as_it_was_saved(tmp_path: Path):
    path = tmp_path / "small.json"
    write_design(path, SMALL)
    assert read_design(path) == SMALL


def test_saving_twice_gives_the_very_same_bytes(tmp_path: Path):
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    write_design(first, SMALL)
    write_design(second, NetworkGraph(read_design(first)).design())
    assert first.read_bytes() == second.read_bytes()


def test_the_file_is_text_that_people_can_read_and_compare():
    text = to_bytes(SMALL).decode()
    assert text.startswith('{\n  "format": 1,\n  "nodes": {\n    "data_1": {\n')
    assert text.endswith("}\n")
    assert "h₁ «äß»" in text
    assert max(len(line) for line in text.splitlines()) < 100


@pytest.mark.parametrize("tag", LAYERS)
def test_every_layer_survives_the_file(tag: str):
    design = Design(nodes={"it": Node(layer=LAYERS[tag]())})
    assert parse_design(to_bytes(design), "x.json") == design


def test_a_mark_that_editors_put_in_front_does_no_harm():
    assert parse_design(b"\xef\xbb\xbf" + to_bytes(SMALL), "x.json") == SMALL


def test_fields_that_are_left_out_take_their_defaults():
    design = parse_design(b'{"format": 1, "nodes": {"a": {"layer": {"type": "dense"}}}}', "x")
    assert design.nodes["a"] == Node(layer=Dense())


# hostile and damaged content


@given(st.binary(max_size=300))
def test_any_bytes_give_a_design_or_a_clear_refusal(raw: bytes):
    outcome = opened(raw)
    assert isinstance(outcome, Design) or outcome.hint


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
_PLACES = st.sampled_from(
    [
        ("nodes",),
        ("wires",),
        ("notes",),
        ("training",),
        ("nodes", "dense_1"),
        ("nodes", "dense_1", "layer"),
        ("nodes", "dense_1", "layer", "units"),
        ("nodes", "dense_1", "layer", "type"),
        ("nodes", "data_1", "layer", "features"),
        ("nodes", "dense_1", "x"),
        ("wires", 0),
        ("wires", 1, "source"),
        ("wires", 1, "order"),
        ("notes", "note_1", "width"),
        ("training", "optimizer"),
        ("training", "optimizer", "type"),
        ("training", "seed"),
        ("format",),
    ]
)


@given(_PLACES, _JSON)
def test_anything_in_any_place_gives_a_usable_design_or_a_clear_refusal(
    place: tuple[str | int, ...], value: Any
):
    content: Any = plain()
    inner = content
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    outcome = opened(json.dumps(content).encode())
    if isinstance(outcome, FileError):
        assert outcome.hint
        assert "\n" not in outcome.message
    else:
        assert infer(NetworkGraph(outcome)).problems, "shapes are worked out without a fault"
        assert opened(to_bytes(outcome)) == outcome


@given(st.integers(min_value=0, max_value=len(to_bytes(SMALL)) - 2))
def test_a_file_that_breaks_off_is_refused(length: int):
    with pytest.raises(FileError):
        parse_design(to_bytes(SMALL)[:length], "x.json")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"   \n", "empty"),
        (b'{"format": 1,\n  "nodes": @}', "line 2, column 12"),
        (b'{"format": 1, "x": NaN}', "no JSON"),
        (b'{"format": 1, "nodes": {', "breaks off in line 1"),
        (b"PK\x03\x04", "no JSON"),
        (b"[1, 2]", '"format"'),
        (b'{"name": "foreign", "version": "2.0"}', '"format"'),
        (b'{"format": "1"}', '"format"'),
        (b'{"format": 1}\xff', "UTF-8, in line 1, column 14"),
        ('{"format": 1}'.encode("utf-16"), "UTF-16"),
        (b'{"format": 1, "nodes": ' + b'{"a":' * 200_000, "nested"),
        (b"[" * 200_000, '"format"'),
        (b'{"format": 1, "title": "mine"}', 'no field "title"'),
    ],
)
def test_what_is_no_design_is_said_to_be_none(content: bytes, words: str):
    assert words in refusal(content)


def test_a_newer_format_is_refused_politely():
    said = refusal({"format": 7, "rooms": []})
    assert "newer Deltaboard" in said
    assert "format 7" in said
    assert "Update" in said


@pytest.mark.parametrize("number", [0, -3])
def test_a_format_that_never_was_is_named(number: int):
    assert f"format {number}" in refusal({"format": number})


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        ("p", 1.5, ["nodes › dropout_1 › layer › p", "1.5", "below 1"]),
        ("p", -1, ["nodes › dropout_1 › layer › p", "-1", "at least 0"]),
        ("p", "half", ["nodes › dropout_1 › layer › p", '"half"', "a number"]),
        ("p", None, ["nodes › dropout_1 › layer › p", "null", "a number"]),
        ("scaling", "later", ["nodes › dropout_1 › layer › scaling", '"later"']),
        ("q", 1, ["nodes › dropout_1 › layer", 'no field "q"']),
        ("type", "dropot", ["layer › type", '"dropot"', 'mean "dropout"', "newer"]),
        ("type", "teleport", ["nodes › dropout_1 › layer › type", '"teleport"', "newer"]),
    ],
)
def test_a_field_that_does_not_fit_is_named_with_its_place(
    place: str, value: object, words: list[str]
):
    content = plain()
    content["nodes"]["dropout_1"]["layer"][place] = value
    said = refusal(content)
    assert [word for word in words if word not in said] == []


def test_faults_of_training_and_of_notes_are_placed_too():
    content = plain()
    content["training"]["optimizer"] = {"type": "adam", "lr": -1}
    assert "training › optimizer › lr: -1" in refusal(content)
    content["training"]["optimizer"] = {"type": "adams"}
    assert 'optimiser type "adams" (did you mean "adam"?)' in refusal(content)
    content = plain()
    content["training"]["schedule"] = {"type": "cosinus"}
    assert 'schedule type "cosinus" (did you mean "cosine"?)' in refusal(content)
    content = plain()
    content["notes"]["note_1"]["width"] = 1
    assert "notes › note_1 › width: 1" in refusal(content)


def test_numbers_that_are_not_finite_are_refused():
    raw = to_bytes(SMALL).replace(b'"p": 0.25', b'"p": 1e999')
    assert "nodes › dropout_1 › layer › p" in refusal(raw)


def test_an_id_with_other_letters_is_refused():
    content = plain()
    content["nodes"]["../up"] = content["nodes"].pop("dropout_1")
    content["wires"].pop()
    assert 'nodes: "../up"' in refusal(content)
    content["nodes"]["up\n"] = content["nodes"].pop("../up")
    assert "up" in refusal(content)


def test_a_field_that_is_there_twice_is_refused_where_a_node_would_vanish():
    raw = to_bytes(SMALL).replace(b'"dropout_1": {', b'"dense_1": {', 1)
    assert '"dense_1" is there twice' in refusal(raw)


# wires


def with_wires(*wires: Wire, **layers: Any) -> dict[str, Any]:
    nodes = {key: Node(layer=layer) for key, layer in layers.items()}
    content: dict[str, Any] = json.loads(to_bytes(Design(nodes=nodes, wires=wires)))
    return content


def test_a_wire_without_a_node_is_refused():
    said = refusal(with_wires(Wire("a", "h", "ghost", "h"), a=Dense()))
    assert "wires › 1: there is no node ghost" in said


def test_a_wire_to_a_port_that_is_not_there_is_refused():
    said = refusal(with_wires(Wire("a", "h", "b", "target"), a=Dense(), b=Dense()))
    assert "b has no input port 'target'; it has: h" in said
    said = refusal(with_wires(Wire("a", "y", "b", "h"), a=Dense(), b=Dense()))
    assert "a has no output port 'y'; it has: h" in said
    said = refusal(with_wires(Wire("a", "h", "b", "h"), a=MeanSquaredError(), b=Dense()))
    assert "it has: none" in said


def test_two_wires_at_one_port_are_refused():
    wires = (Wire("a", "h", "c", "h"), Wire("b", "h", "c", "h"))
    said = refusal(with_wires(*wires, a=Dense(), b=Dense(), c=Dense()))
    assert "wires › 2: the port h of c already has a wire, from a" in said


def test_the_same_wire_twice_is_refused_at_a_port_that_takes_many():
    wire = Wire("a", "h", "b", "h")
    said = refusal(with_wires(wire, wire, a=Dense(), b=LAYERS["add"]()))
    assert "there twice" in said


def test_a_cycle_is_refused_with_its_nodes():
    wires = (Wire("a", "h", "b", "h"), Wire("b", "h", "c", "h"), Wire("c", "h", "a", "h"))
    said = refusal(with_wires(*wires, a=Dense(), b=Dense(), c=Dense()))
    assert "circle" in said
    assert all(f" {key} " in said.replace(".", " ") for key in "abc")
    assert "circle: a → a" in refusal(with_wires(Wire("a", "h", "a", "h"), a=Dense()))


def test_a_note_and_a_node_of_one_id_are_refused():
    content = plain()
    content["notes"]["dense_1"] = content["notes"].pop("note_1")
    assert "notes › dense_1" in refusal(content)


# limits


def test_ten_thousand_nodes_are_read_and_one_more_is_refused():
    many = {f"n{k}": Node(layer=Dense()) for k in range(10_000)}
    assert len(parse_design(to_bytes(Design(nodes=many)), "x.json").nodes) == 10_000
    many["more"] = Node(layer=Dense())
    with pytest.raises(FileError, match="10,001 nodes"):
        parse_design(to_bytes(Design(nodes=many)), "x.json")


def test_a_file_larger_than_any_design_is_not_even_parsed(tmp_path: Path):
    path = tmp_path / "large.json"
    with path.open("wb") as file:
        file.truncate(LARGEST_FILE + 1)
    with pytest.raises(FileError, match="larger than 16 MiB"):
        read_design(path)


# the file system


def test_a_file_that_is_not_there_and_a_folder_are_said_to_be_so(tmp_path: Path):
    with pytest.raises(FileError, match=r"gone\.json cannot be opened: it is not there"):
        read_design(tmp_path / "gone.json")
    with pytest.raises(FileError, match="it is a folder"):
        read_design(tmp_path)
    with pytest.raises(FileError, match="cannot be opened"):
        read_design(tmp_path / "a\0b.json")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path):
    path = tmp_path / "pipe.json"
    os.mkfifo(path)
    with pytest.raises(FileError, match="no ordinary file"):
        read_design(path)
    with pytest.raises(FileError, match="no ordinary file"):
        write_design(path, SMALL)
    assert stat.S_ISFIFO(path.stat().st_mode)


def test_a_design_that_could_not_be_opened_again_is_not_saved(tmp_path: Path):
    path = tmp_path / "kept.json"
    write_design(path, SMALL)
    far = Node(layer=Dense(), x=1e9)
    broken = msgspec.structs.replace(SMALL, nodes=SMALL.nodes | {"far": far})
    with pytest.raises(FileError, match=r"not saved.*nodes › far › x"):
        write_design(path, broken)
    assert read_design(path) == SMALL

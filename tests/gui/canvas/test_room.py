"""No edit lets cards come to lie on one another: neighbours make room, in the same undo step."""

from __future__ import annotations

import itertools

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication

from gui import theme
from gui.canvas.geometry import Rect
from gui.canvas.layout import layered
from gui.canvas.pushing import free_offset, room_for
from model import editing
from model.design import Design, Edit, Node, Wire
from model.layers.activations import ReLU
from model.layers.batch_norm import BatchNorm
from model.layers.dense import Dense
from model.layers.losses import SoftmaxCrossEntropy
from model.layers.merge import Add
from model.layers.source import DataSource
from tests.gui.canvas.conftest import Hands, shown


def branches(units: int = 4) -> Design:
    """Two columns of cards, close to one another; both grow with the first Dense layers' units."""
    nodes = {
        "data_1": Node(layer=DataSource(dataset="spiral"), x=0, y=0),
        "dense_1": Node(layer=Dense(units=units), x=320, y=0),
        "relu_1": Node(layer=ReLU(), x=320, y=144),
        "dense_2": Node(layer=Dense(units=units), x=600, y=0),
        "batch_norm_1": Node(layer=BatchNorm(), x=600, y=144),
        "dense_3": Node(layer=Dense(units=2), x=880, y=0),
        "softmax_cross_entropy_1": Node(layer=SoftmaxCrossEntropy(), x=880, y=160),
    }
    wires = (
        Wire("data_1", "x", "dense_1", "h"),
        Wire("dense_1", "h", "relu_1", "h"),
        Wire("relu_1", "h", "dense_2", "h"),
        Wire("dense_2", "h", "batch_norm_1", "h"),
        Wire("batch_norm_1", "h", "dense_3", "h"),
        Wire("dense_3", "h", "softmax_cross_entropy_1", "prediction"),
        Wire("data_1", "y", "softmax_cross_entropy_1", "target"),
    )
    return Design(nodes=nodes, wires=wires)


def overlaps(hands: Hands) -> list[tuple[str, str]]:
    canvas = hands.view.canvas
    QApplication.processEvents()
    keys = (*canvas.nodes, *canvas.notes)
    pairs = itertools.combinations(keys, 2)
    return [pair for pair in pairs if canvas.rect_of(pair[0]).meets(canvas.rect_of(pair[1]))]


def tidy(hands: Hands, design: Design) -> None:
    """Open it, laid out as closely as the cards allow."""
    shown(hands, design)
    canvas = hands.view.canvas
    places = layered(hands.graph, canvas.design_sizes())
    hands.document.attempt(editing.move, places)
    assert overlaps(hands) == []


@pytest.mark.parametrize("name", ["light", "projector"])
@pytest.mark.parametrize(
    ("key", "fields"),
    [
        ("dense_1", {"units": 128}),
        ("dense_2", {"units": 300}),
        ("data_1", {"dataset": "mnist"}),
        ("data_1", {"dataset": "digits"}),
    ],
)
def test_a_field_that_makes_cards_larger_moves_their_neighbours_in_one_step(
    hands: Hands, qapp: QApplication, key: str, fields: dict, name: str
) -> None:
    theme.apply(qapp, name)
    tidy(hands, branches())
    before, index = hands.bytes(), hands.document.stack.index()
    hands.document.attempt(editing.set_fields, key, fields)
    assert overlaps(hands) == []
    assert hands.document.stack.index() == index + 1
    after = hands.bytes()
    hands.document.stack.undo()
    assert hands.bytes() == before
    hands.document.stack.redo()
    assert hands.bytes() == after


def test_a_longer_name_that_needs_a_second_row_pushes_what_lies_below(hands: Hands) -> None:
    shown(hands, branches())
    canvas = hands.view.canvas
    below = canvas.rect_of("relu_1")
    close = canvas.rect_of("dense_1").bottom + 8
    hands.document.attempt(editing.move, {"relu_1": canvas.to_design(below.x, close)})
    height = canvas.rect_of("dense_1").height
    hands.document.attempt(editing.rename, "dense_1", "The very first layer of the network")
    assert canvas.rect_of("dense_1").height > height
    assert overlaps(hands) == []


def test_a_repair_by_one_click_makes_room_for_the_cards_it_inserts(hands: Hands) -> None:
    design = branches()
    nodes = {**design.nodes, "data_1": Node(layer=DataSource(dataset="mnist"))}
    shown(hands, msgspec.structs.replace(design, nodes=nodes))
    hands.document.attempt(editing.move, layered(hands.graph, hands.view.canvas.design_sizes()))
    repairs = [e for p in hands.document.inference.problems for e in p.repairs]
    assert repairs
    for edit in repairs:
        before = hands.bytes()
        assert hands.document.apply(edit)
        assert overlaps(hands) == []
        hands.document.stack.undo()
        assert hands.bytes() == before


def test_another_kind_of_layer_makes_room_too(hands: Hands) -> None:
    tidy(hands, branches(units=100))
    hands.document.attempt(editing.replace_layer, "relu_1", BatchNorm())
    assert overlaps(hands) == []


def test_a_slider_drawn_back_takes_back_what_it_has_pushed(hands: Hands) -> None:
    tidy(hands, branches())
    before = {key: hands.graph.node(key) for key in ("relu_1", "dense_2", "dense_3")}
    document, index = hands.document, hands.document.stack.index()
    for units in (40, 128, 40):
        document.attempt(editing.set_fields, "dense_1", {"units": units}, merge_key="s")
        assert overlaps(hands) == []
        pushed = hands.graph.node("dense_3").x
        assert pushed > before["dense_3"].x
    assert document.stack.index() == index + 1
    wide = pushed
    document.attempt(editing.set_fields, "dense_1", {"units": 4}, merge_key="s")
    assert {key: hands.graph.node(key) for key in before} == before
    assert wide > before["dense_3"].x
    document.end_merge()
    document.stack.undo()
    assert {key: hands.graph.node(key) for key in before} == before


def test_the_shapes_that_were_worked_out_for_the_room_are_those_of_the_design(hands) -> None:
    from model.repairs import with_repairs
    from model.shapes import infer

    tidy(hands, branches())
    hands.document.attempt(editing.set_fields, "dense_1", {"units": 77})
    assert hands.document.inference == with_repairs(hands.graph, infer(hands.graph))
    hands.document.stack.undo()
    assert hands.document.inference == with_repairs(hands.graph, infer(hands.graph))


def test_an_edit_that_does_not_fit_is_told_by_who_applies_it(hands: Hands) -> None:
    shown(hands, branches())
    stale = editing.remove(hands.graph, ["relu_1"])
    hands.document.apply(stale)
    found = hands.document.make_room(Edit("again", stale.changes), None)
    assert found.edit.changes == stale.changes


rects = st.builds(
    Rect,
    st.integers(0, 60).map(lambda n: n * 8.0),
    st.integers(0, 60).map(lambda n: n * 8.0),
    st.integers(4, 40).map(lambda n: n * 8.0),
    st.integers(4, 40).map(lambda n: n * 8.0),
)


@given(st.dictionaries(st.sampled_from("abcdefghij"), rects, min_size=2), st.data())
@settings(max_examples=150)
def test_whatever_grows_or_is_new_lies_on_nothing_afterwards(found, data: st.DataObject) -> None:
    free: dict[str, Rect] = {}
    for key, rect in found.items():
        if not any(rect.meets(other) for other in free.values()):
            free[key] = rect
    chosen = data.draw(st.sets(st.sampled_from(sorted(free)), min_size=1))
    grown = {
        key: (free[key].width + data.draw(st.integers(0, 300)), free[key].height + 50.0)
        for key in sorted(chosen)
    }
    new = Rect(data.draw(st.integers(0, 400)), data.draw(st.integers(0, 400)), 180.0, 100.0)
    now = {**free, "new": new}
    moves = room_for(now, grown, ["new"])
    after = {
        key: Rect(*moves.get(key, rect[:2]), *grown.get(key, rect[2:])) for key, rect in now.items()
    }
    assert not any(a.meets(b) for a, b in itertools.combinations(after.values(), 2))


def test_cards_that_a_person_has_piled_up_stay_so() -> None:
    piled = {"a": Rect(0, 0, 200, 100), "b": Rect(20, 20, 200, 100), "c": Rect(0, 400, 200, 60)}
    assert room_for(piled, {"c": (300, 60)}) == {}


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_edit_of_many_lets_cards_overlap(hands: Hands, data: st.DataObject) -> None:
    tidy(hands, branches())
    for _ in range(4):
        keys = [key for key in hands.graph if key.startswith(("dense", "relu"))]
        key = data.draw(st.sampled_from(keys))
        if isinstance(hands.graph.node(key).layer, Dense):
            units = data.draw(st.sampled_from([1, 3, 10, 16, 17, 128, 256, 700]))
            hands.document.attempt(editing.set_fields, key, {"units": units})
        else:
            kind = data.draw(st.sampled_from([ReLU, BatchNorm, Add]))
            hands.document.attempt(editing.replace_layer, key, kind())
        assert overlaps(hands) == []


def test_a_layer_dropped_on_a_card_lies_beside_it(hands: Hands) -> None:
    tidy(hands, branches())
    hands.drop_layer("dense", hands.centre("batch_norm_1"))
    assert len(hands.graph) == 8
    assert overlaps(hands) == []


def test_copies_lie_beside_what_they_are_copied_from(hands: Hands) -> None:
    tidy(hands, branches())
    actions, select = hands.view.actions_, hands.view.select
    for keys in (("dense_1",), ("dense_1", "relu_1", "dense_2"), tuple(hands.graph)):
        select(keys)
        actions["duplicate"].trigger()
        assert overlaps(hands) == []
        copies = hands.view.selected_ids()
        apart = {
            (hands.graph.node(b).x - hands.graph.node(a).x,
             hands.graph.node(b).y - hands.graph.node(a).y)
            for a, b in zip(sorted(keys), sorted(copies), strict=True)
        }  # fmt: skip
        assert len(keys) > 3 or len(apart) == 1, "the copies stand as the originals do"
    actions["copy"].trigger()
    actions["paste"].trigger()
    actions["paste"].trigger()
    assert overlaps(hands) == []


@pytest.mark.parametrize("is_all", [True, False])
@pytest.mark.parametrize("how", ["left", "centre", "right", "top", "middle", "bottom"])
def test_cards_that_are_aligned_do_not_pile_up(hands: Hands, how: str, is_all: bool) -> None:
    tidy(hands, branches())
    before = hands.bytes()
    chosen = list(hands.graph) if is_all else ["relu_1", "dense_3", "data_1"]
    hands.view.select(chosen)
    hands.view.actions_[f"align_{how}"].trigger()
    assert overlaps(hands) == []
    rects = [hands.view.canvas.rect_of(key) for key in chosen]
    edge = {
        "left": lambda r: r.x, "centre": lambda r: r.centre[0], "right": lambda r: r.right,
        "top": lambda r: r.y, "middle": lambda r: r.centre[1], "bottom": lambda r: r.bottom,
    }[how]  # fmt: skip
    assert max(map(edge, rects)) - min(map(edge, rects)) <= 0.01
    hands.document.stack.undo()
    assert hands.bytes() == before


@given(st.lists(rects, max_size=12), st.lists(rects, min_size=1, max_size=3))
@settings(max_examples=80)
def test_new_pieces_find_a_free_place_and_stay_where_they_are_free(others, group) -> None:
    dx, dy = free_offset(others, group)
    moved = [r._replace(x=r.x + dx, y=r.y + dy) for r in group]
    assert not any(a.meets(b) for a in moved for b in others)
    assert free_offset([r for r in others if r.x > 5000], group) == (0.0, 0.0)

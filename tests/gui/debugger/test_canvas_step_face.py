"""The active card in large: its tiles, where it lies, and what it says."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from gui import theme
from gui.canvas.geometry import Rect
from gui.canvas.obstacles import Obstacles
from gui.debugger.moment import Moment, Walker
from gui.debugger.number_text import NumberStyle
from gui.debugger.step_face import StepFace
from gui.debugger.step_face_content import Design, StepContent, place_words
from gui.debugger.step_face_lines import content_of
from gui.debugger.step_face_place import Obstacle, beak, best_spot
from gui.debugger.step_face_tiles import numbered
from gui.debugger.value_places import LEAST_SCALE, Sizes, value_places
from model.files import examples_folder, read_design
from model.graph import NetworkGraph, Wire
from model.shapes import infer
from model.trainer import Trainer

STYLE = NumberStyle()


class Walked:
    """A walk through an example without a window."""

    def __init__(self, name: str, item: int | None = 0) -> None:
        self.graph = NetworkGraph(read_design(examples_folder() / f"{name}.json"))
        self.walker = Walker(Trainer(self.graph, dtype=np.float64), item, neuron=0)
        order = infer(self.graph).order
        indices = {key: k + 1 for k, key in enumerate(order)}
        titles = {key: self.graph.title_of(key) for key in order}
        self.design = Design(self.graph.nodes, indices, titles)

    def at(self, kind: str, node_id: str, *, is_described: bool = True) -> Moment:
        walk = self.walker.walk
        while walk.last is None or (walk.last.kind, walk.last.node_id) != (kind, node_id):
            assert walk.forward() is not None
        self.walker.look_again()
        moment = self.walker.moment(1)
        if not is_described:
            return moment
        return replace(moment, view=walk.describe(), is_described=True)

    def content(self, kind: str, node_id: str, *, is_described: bool = True) -> StepContent:
        moment = self.at(kind, node_id, is_described=is_described)
        found = content_of(moment, self.design, STYLE)
        assert found is not None
        return found


def values(content: StepContent, line: int = 0) -> list[float]:
    """Of tiles with one number each."""
    found = [tile.values for tile in content.lines[line].tiles if tile.values is not None]
    return [float(each.reshape(-1)[0]) for each in found]


# what stands on it


def test_upstream_times_local_derivative_is_downstream():
    content = Walked("chain_rule").content("backward", "y")
    line = content.lines[0]
    # by hand: 4 log 5, 1/5 and their product
    assert values(content) == pytest.approx([6.4377516, 0.2, 1.2875503])
    assert line.signs == ("×", "=")
    assert [tile.terms[0] for tile in line.tiles] == ["upstream", "local", "downstream"]
    assert (content.here, line.below) == (3, 2)
    assert content.notes == ("reads x = 5 from memory",)
    assert content.token == "bwd"


def test_before_words_are_found_the_numbers_stand_there_already():
    content = Walked("chain_rule").content("backward", "y", is_described=False)
    upstream, local, downstream = content.lines[0].tiles
    assert local.values is None
    assert upstream.values == pytest.approx(6.4377516)
    assert downstream.values == pytest.approx(1.2875503)


def test_forwards_inputs_go_through_the_operation():
    content = Walked("chain_rule").content("forward", "x")
    given, operation, result = content.lines[0].tiles
    assert content.lines[0].signs == ("→", "→")
    assert given.values == pytest.approx(1.0)
    assert operation.formula == "2 \\cdot w + 3"
    assert result.values == pytest.approx(5.0)


def test_at_a_fan_out_all_that_arrives_is_listed_and_summed():
    walked = Walked("two_branches")
    node = next(i.node_id for i in walked.walker.walk.operations if i.kind == "sum")
    for is_described in (False, True):
        content = walked.content("sum", node, is_described=is_described)
        *terms, total = content.lines[0].tiles
        assert len(terms) == len(walked.graph.wires_from(node)) > 1
        assert content.lines[0].signs == ("+",) * (len(terms) - 1) + ("=",)
        added = sum(np.asarray(term.values) for term in terms)
        np.testing.assert_allclose(added, total.values)
        walked = Walked("two_branches")


def test_the_gradient_is_upstream_times_the_derivative_by_the_parameter():
    content = Walked("chain_rule").content("gradient", "w")
    # dz/dw = 4 log 5 / 5 * 2
    assert values(content) == pytest.approx([2.5751007, 1.0, 2.5751007])
    assert content.lines[0].tiles[-1].terms == ("gradient:theta", "gradient")


def test_an_update_is_old_minus_step():
    content = Walked("chain_rule").content("update", "w")
    # 1 - 0.05 * 2.5751007
    assert values(content) == pytest.approx([1.0, 0.128755, 0.871245], rel=1e-5)
    assert content.lines[0].signs == ("−", "=")


def test_every_operation_of_the_examples_has_something_to_show():
    for name in ("mnist_mlp", "two_losses", "transformer_reverse", "character_model"):
        walked = Walked(name)
        walk = walked.walker.walk
        while walk.forward() is not None:
            walked.walker.look_again()
            content = content_of(walked.walker.moment(1), walked.design, STYLE)
            assert content is not None
            assert content.title
            assert content.headline
            for line in content.lines:
                assert len(line.signs) == len(line.tiles) - 1
            assert content.said(STYLE)


def test_the_sum_behind_a_number_is_written_with_its_largest_terms():
    content = Walked("two_branches").content("backward", _dense(Walked("two_branches")))
    written = content.lines[0].written
    assert written
    assert written[0].startswith("δ")
    assert all(len(long) > len(short) for long, short in itertools.pairwise(written))


def _dense(walked: Walked) -> str:
    return next(
        info.node_id
        for info in walked.walker.walk.operations
        if info.kind == "backward" and walked.graph.node(info.node_id).layer.category == "dense"
    )


def test_places_are_counted_from_one():
    assert place_words(0, (4,)) == "₁"
    assert place_words(7, (2, 5)) == "₂,₃"
    assert place_words(0, ()) == ""


def test_symbols_have_the_numbers_of_their_layers():
    fraction = r"\frac{\partial h^{(l+1)}}{\partial h^{(l)}}"
    assert numbered(fraction, (3, 2)) == r"\frac{\partial h^{(3)}}{\partial h^{(2)}}"


# where it lies

WINDOW = QRectF(0, 0, 1000, 700)
SIZE = QSizeF(300, 200)


def test_the_box_lies_beside_its_card_where_it_hides_nothing():
    card = QRectF(100, 300, 200, 100)
    right = best_spot(SIZE, card, WINDOW, [])
    assert right.side == "right"
    assert not right.box.intersects(card)
    wall = Obstacle(QRectF(310, 0, 690, 700), 1.0)
    elsewhere = best_spot(SIZE, card, WINDOW, [wall])
    assert elsewhere.side in ("above", "below")
    assert not elsewhere.box.intersects(wall.box)
    assert WINDOW.contains(elsewhere.box)


def test_the_next_card_is_hidden_less_readily_than_others():
    card = QRectF(400, 300, 200, 100)
    others = [
        Obstacle(QRectF(0, 0, 390, 700), 0.8),
        Obstacle(QRectF(610, 0, 390, 700), 0.8),
        Obstacle(QRectF(400, 410, 200, 290), 0.8),
    ]
    following = Obstacle(QRectF(400, 0, 200, 290), 1.0, 0.5)
    spot = best_spot(SIZE, card, WINDOW, [*others, following])
    assert not spot.box.intersects(card)
    assert spot.side != "above"


def test_a_card_that_is_large_enough_holds_the_box():
    card = QRectF(-200, -200, 1400, 1100)
    assert best_spot(SIZE, card, WINDOW, []).box.intersects(card)


def test_the_side_is_kept_while_it_is_as_good():
    card = QRectF(400, 300, 200, 100)
    assert best_spot(SIZE, card, WINDOW, [], before="left").side == "left"


def test_the_beak_points_at_the_card():
    card = QRectF(100, 300, 200, 100)
    box = QRectF(316, 250, 300, 200)
    tip, *feet = beak(box, card, 9.0)
    assert tip == QPointF(300, 350)
    assert all(foot.x() > 316 for foot in feet)
    assert beak(QRectF(100, 300, 50, 50), card, 9.0) == []


# numbers on wires

SIZES = Sizes(number=60, letter=28, number_height=18, letter_height=20)
WIRE = Wire("a", "h", "b", "h")


def placed(route: tuple[tuple[float, float], ...], *cards: Rect):
    return value_places({WIRE: route}, {WIRE}, Obstacles(cards), SIZES).get(WIRE)


def test_beside_a_wire_downwards_h_stands_left_and_delta_right():
    place = placed(((100, 0), (100, 60)))
    assert place is not None
    assert not place.is_stacked
    assert place.h.right < 100 < place.delta.x
    assert place.scale == 1.0


def test_over_a_wire_across_h_stands_above_and_delta_below():
    place = placed(((0, 100), (80, 100)))
    assert place is not None
    assert place.is_stacked
    assert place.h.bottom < 100 < place.delta.y


def test_a_short_wire_has_smaller_numbers_and_a_very_short_one_none():
    place = placed(((0, 100), (50, 100)))
    assert place is not None
    assert LEAST_SCALE <= place.scale < 1.0
    assert placed(((0, 100), (20, 100))) is None


def test_numbers_never_lie_on_a_card():
    card = Rect(0, 0, 80, 95)
    assert placed(((0, 100), (80, 100)), card) is None


# the widget


@pytest.fixture
def face(qtbot: QtBot, qapp: QApplication) -> Iterator[StepFace]:
    theme.apply(qapp, "light")
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.resize(1000, 700)
    parent.show()
    found = StepFace(parent)
    found.show_content(Walked("chain_rule").content("backward", "y"), STYLE)
    found.lie_beside(QRectF(100, 300, 200, 100), WINDOW, [])
    yield found
    parent.close()


def middle(face: StepFace, tile: int) -> QPointF:
    box = face._laid.boxes[tile][0]
    return box.center() * face._laid.scale + QPointF(16, 16)


def point(face: StepFace, at: QPointF, kind: QEvent.Type = QEvent.Type.MouseMove) -> None:
    button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
    there = face.mapToGlobal(at)
    event = QMouseEvent(kind, at, there, button, button, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(face, event)


def test_pointing_at_a_tile_tells_its_term(face: StepFace):
    told: list[str] = []
    face.term_pointed.connect(told.append)
    for tile in (0, 1, 2):
        point(face, middle(face, tile))
    QApplication.sendEvent(face, QEvent(QEvent.Type.Leave))
    assert told == ["upstream", "local", "downstream", ""]


def test_a_term_that_is_lit_elsewhere_lights_its_tile(face: StepFace):
    before = face.grab().toImage()
    face.set_term("downstream")
    assert face.grab().toImage() != before
    face.set_term("")
    assert face.grab().toImage() == before


def test_the_tip_has_all_digits(face: StepFace):
    assert face.tip_at(middle(face, 1)) == "local derivative: 0.2"
    assert face.tip_at(middle(face, 2)).startswith("downstream: 1.28755")


def test_people_who_listen_hear_the_equation(face: StepFace):
    assert face.accessibleDescription() == (
        "y: δ passed down. upstream 6.4378 × local derivative 0.2 = downstream 1.2876 "
        "reads x = 5 from memory"
    )


def test_a_click_on_one_of_many_numbers_chooses_it(face: StepFace):
    content = Walked("two_branches").content("backward", _dense(Walked("two_branches")))
    face.show_content(content, STYLE)
    face.lie_beside(QRectF(100, 300, 200, 100), WINDOW, [])
    chosen: list[int] = []
    face.place_chosen.connect(lambda found: chosen.append(found[-1]))
    last = len(content.lines[0].tiles) - 1
    assert content.lines[0].tiles[last].chooses == "place"
    box = face._laid.boxes[last][0]
    for y in np.linspace(box.top(), box.bottom(), 40):
        at = QPointF(box.center().x(), y) * face._laid.scale + QPointF(16, 16)
        point(face, at, QEvent.Type.MouseButtonPress)
    assert chosen
    assert all(0 <= place < content.lines[0].tiles[last].values.size for place in chosen)


@pytest.mark.parametrize("name", ["light", "dark", "projector"])
def test_in_a_small_window_it_says_less_and_becomes_smaller(
    face: StepFace, qapp: QApplication, name: str
):
    theme.apply(qapp, name)
    walked = Walked("mnist_mlp")
    node = next(i.node_id for i in walked.walker.walk.operations if i.kind == "gradient")
    face.show_content(walked.content("gradient", node), STYLE)
    for width, height in ((1000.0, 700.0), (420.0, 300.0), (260.0, 160.0)):
        window = QRectF(0, 0, width, height)
        face.lie_beside(QRectF(10, 10, 100, 40), window, [])
        size = face.box_size()
        assert size.width() <= width + 1
        assert size.height() <= height + 1
        assert not face.grab().isNull()
    theme.apply(qapp, "light")

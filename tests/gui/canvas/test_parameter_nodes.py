"""Parameters drawn as nodes that feed their layer; the design stays as it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication

from gui import theme
from gui.canvas.geometry import Rect
from gui.canvas.parameter_places import place_parameters
from model import editing
from model.files import read_design
from model.teaching.parameters_as_nodes import ParameterNode
from tests.gui.canvas.conftest import Hands, mnist, shown

EXAMPLES = sorted((Path(__file__).parents[3] / "resources" / "examples").glob("*.json"))


def parameter(owner: str, name: str) -> ParameterNode:
    return ParameterNode(f"{owner}.{name}", owner, name, name, name, (2, 3), 0.0, 0.0)


def test_the_switch_draws_every_parameter_and_changes_nothing(hands: Hands) -> None:
    shown(hands, mnist())
    before = hands.bytes()
    parameters = hands.view.canvas.parameters
    assert parameters.spots == {}
    hands.view.actions_["parameters"].setChecked(True)
    assert set(parameters.spots) == {
        "dense_1.W", "dense_1.b", "batch_norm_1.gamma", "batch_norm_1.beta", "dense_2.W",
        "dense_2.b",
    }  # fmt: skip
    assert hands.bytes() == before
    assert hands.document.stack.count() == 0
    hands.view.actions_["parameters"].setChecked(False)
    assert parameters.spots == {}


def test_the_tick_box_beside_the_zoom_and_the_menu_are_one_switch(hands: Hands) -> None:
    shown(hands, mnist())
    box, entry = hands.view.overlays.zoom_bar.theta, hands.view.actions_["parameters"]
    box.click()
    assert entry.isChecked()
    assert "dense_1.W" in hands.view.canvas.parameters.spots
    entry.setChecked(False)
    assert not box.isChecked()
    assert hands.view.canvas.parameters.spots == {}


def test_pointing_at_a_parameter_tells_its_shape(hands: Hands) -> None:
    shown(hands, mnist())
    hands.view.actions_["parameters"].setChecked(True)
    spot = hands.view.canvas.parameters.spots["dense_1.W"].rect
    tip = hands.view.hovering.tip_at(QPointF(*spot.centre))
    assert tip.startswith("W of Dense 128: 784 × 128 = 100,352 numbers")
    assert "∂J/∂W comes back" in tip


def test_they_follow_the_design(hands: Hands) -> None:
    shown(hands, mnist())
    hands.view.actions_["parameters"].setChecked(True)
    before = hands.view.canvas.parameters.spots["dense_2.W"].rect
    hands.document.attempt(editing.move, {"dense_2": (900.0, 40.0)})
    assert hands.view.canvas.parameters.spots["dense_2.W"].rect != before
    hands.document.attempt(editing.set_fields, "dense_1", {"use_bias": False})
    QApplication.processEvents()
    assert "dense_1.b" not in hands.view.canvas.parameters.spots


@pytest.mark.parametrize("name", ["light", "dark", "projector"])
@pytest.mark.parametrize("path", EXAMPLES, ids=[path.stem for path in EXAMPLES])
def test_no_parameter_touches_a_card_a_note_or_another_in_the_examples(
    hands: Hands, qapp: QApplication, path: Path, name: str
) -> None:
    theme.apply(qapp, name)
    shown(hands, read_design(path))
    hands.view.actions_["parameters"].setChecked(True)
    canvas = hands.view.canvas
    cards = [canvas.rect_of(key) for key in (*canvas.nodes, *canvas.notes)]
    spots = [spot.rect for spot in canvas.parameters.spots.values()]
    assert not [spot for spot in spots if any(card.meets(spot) for card in cards)]
    assert not any(a.meets(b) for i, a in enumerate(spots) for b in spots[i + 1 :])


def test_they_stand_left_of_their_card_where_there_is_room() -> None:
    cards = {"dense": Rect(400, 0, 200, 100)}
    group = [parameter("dense", "W"), parameter("dense", "b")]
    sizes = {node.key: (34.0, 90.0, 28.0) for node in group}
    spots = place_parameters(group, cards, [], [], sizes)
    W, b = (spots[node.key] for node in group)
    assert W.is_wide
    assert W.rect.right < 400
    assert W.end[0] == 400
    assert b.rect.y >= W.rect.bottom


def test_they_give_way_to_cards_and_become_narrow_before_they_hide_one() -> None:
    cards = {
        "dense": Rect(400, 0, 200, 100),
        "left": Rect(100, -200, 220, 500),
        "above": Rect(330, -200, 400, 170),
        "right": Rect(690, -200, 300, 500),
        "below": Rect(330, 130, 400, 200),
    }
    group = [parameter("dense", "W")]
    (spot,) = place_parameters(group, cards, [], [], {"dense.W": (34.0, 90.0, 28.0)}).values()
    assert not spot.is_wide
    assert not any(spot.rect.meets(card) for card in cards.values())


def test_between_cards_that_stand_close_they_are_drawn_smaller() -> None:
    cards = {
        "dense": Rect(400, 0, 200, 100),
        "left": Rect(60, -300, 322, 700),
        "above": Rect(340, -300, 300, 278),
        "right": Rect(618, -300, 300, 700),
        "below": Rect(340, 122, 300, 278),
    }
    group = [parameter("dense", "W"), parameter("dense", "b")]
    sizes = {node.key: (34.0, 90.0, 28.0) for node in group}
    spots = place_parameters(group, cards, [], [], sizes)
    assert all(spot.scale < 1 for spot in spots.values())
    assert not any(spot.rect.meets(card) for spot in spots.values() for card in cards.values())

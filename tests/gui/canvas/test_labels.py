"""Every wire shows its shape, wherever it runs."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from gui import theme
from gui.canvas.geometry import Rect
from gui.canvas.label_places import folded
from gui.canvas.labels import Label, place_labels
from gui.canvas.obstacles import Obstacles, Route
from gui.canvas.wire_text import label_of
from model import editing
from model.design import Wire
from model.files import read_design
from tests.gui.canvas.conftest import Hands, mnist, shown

EXAMPLES = sorted((Path(__file__).parents[3] / "resources" / "examples").glob("*.json"))


def wire(name: str) -> Wire:
    return Wire(f"{name}_1", "h", f"{name}_2", "h")


def size_of(lines: str) -> tuple[float, float]:
    """Seven px a character, sixteen a line."""
    rows = lines.split("\n")
    return 7.0 * max(map(len, rows)), 16.0 * len(rows)


def placed(routes: dict[Wire, Route], text: str, *cards: Rect) -> dict[Wire, Label]:
    return place_labels(routes, dict.fromkeys(routes, text), size_of, Obstacles(cards))


@pytest.mark.parametrize("name", ["light", "projector"])
@pytest.mark.parametrize("path", EXAMPLES, ids=[path.stem for path in EXAMPLES])
def test_every_wire_shows_its_shape_as_filed_and_laid_out(
    hands: Hands, qapp: QApplication, path: Path, name: str
) -> None:
    theme.apply(qapp, name)
    shown(hands, read_design(path))
    every_wire_is_labelled(hands)
    hands.view.actions_["layout"].trigger()
    every_wire_is_labelled(hands)


def every_wire_is_labelled(hands: Hands) -> None:
    canvas, found = hands.view.canvas, hands.document.inference.wires
    wanting = {w for w in canvas.geometry.routes if label_of(w, found.get(w))}
    labels = {w: canvas.wires.label_of(w) for w in wanting}
    assert wanting or not any(spec.shape for spec in found.values())
    assert None not in labels.values()
    boxes = [label.box for label in labels.values()]
    assert not any(a.meets(b) for a, b in itertools.combinations(boxes, 2))
    for label in labels.values():
        is_on_card = any(label.box.meets(item.rect()) for item in canvas.nodes.values())
        assert not is_on_card or label.is_above  # else the card would hide it


def test_a_wire_that_is_crossed_on_all_its_length_is_labelled_over_the_others() -> None:
    routes = {wire("across"): ((0.0, 0.0), (120.0, 0.0))}
    routes |= {wire(f"down{x}"): ((x, -90.0), (x, 90.0)) for x in (5.0, 35.0, 65.0, 95.0, 120.0)}
    label = placed(routes, "B × 128")[wire("across")]
    assert label.has_ground
    assert label.box.meets(Rect(0, -40, 120, 80))


def test_a_text_that_is_wider_than_the_gap_between_two_cards_is_broken_at_a_cross() -> None:
    gap = 80.0  # 15 characters of 7 px do not fit, 8 do
    cards = Rect(-200, -300, 200, 600), Rect(gap, -300, 200, 600)
    route = ((0.0, -100.0), (40.0, -100.0), (40.0, 100.0), (gap, 100.0))
    label = placed({wire("a"): route}, "B × 16 × 28 × 28", *cards)[wire("a")]
    assert label.lines == "B × 16 ×\n28 × 28"
    assert not any(label.box.meets(card) for card in cards)


def test_without_any_room_the_label_lies_on_the_cards_and_says_so() -> None:
    cards = Rect(0, 0, 200, 100), Rect(0, 104, 200, 100)
    label = placed({wire("a"): ((100.0, 100.0), (100.0, 104.0))}, "B × 9", *cards)[wire("a")]
    assert label.is_above
    assert label.has_ground


def test_a_word_before_the_shape_stands_on_a_line_of_its_own_first() -> None:
    assert folded("labels B × 60") == ["labels B × 60", "labels\nB × 60", "labels\nB ×\n60"]
    assert folded("labels B") == ["labels B"]
    assert folded("B × 4") == ["B × 4", "B ×\n4"]


def test_a_label_on_cards_is_painted_over_them(hands: Hands) -> None:
    shown(hands, mnist())
    canvas = hands.view.canvas
    flatten, data = canvas.nodes["flatten_1"], canvas.rect_of("data_1")
    start = canvas.to_design(data.x, data.bottom + 14)
    hands.document.attempt(editing.move, {"flatten_1": start})
    label = canvas.wires.label_of(Wire("data_1", "x", "flatten_1", "h"))
    assert label is not None
    assert label.is_above
    above = [item for item in canvas.items() if item.zValue() > flatten.zValue()]
    assert any(item.isVisible() and item.boundingRect().height() for item in above)

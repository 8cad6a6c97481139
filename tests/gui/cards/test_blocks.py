"""Cards of outputs with several axes: maps, sequences, attention, and what is judged of them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF

from gui import theme
from gui.canvas.cards.block_picture import reduced
from gui.canvas.cards.blocks import BlocksFace
from gui.canvas.cards.hints import hints_of
from gui.canvas.cards.time_face import TimeFace
from gui.sign_marks import sign_mark
from model.design import Design, Node, Wire
from model.graph import NetworkGraph
from model.layers import LAYERS
from tests.gui.cards.conftest import Card, card, drawn

Make = Callable[[str], Card]


def blocks_of(shown: Card) -> BlocksFace:
    assert isinstance(shown.face, BlocksFace)
    return shown.face


def tip(shown: Card, place: QPointF) -> str:
    return shown.face.tip_at(place, shown.rect(), shown.context())


def test_a_map_tells_its_number_with_channel_row_and_column(make: Make):
    shown = make("maps 6")
    box = blocks_of(shown).grids(theme.light)[0].boxes[2]
    place = QPointF(box.left() + 3.5 / 8 * box.width(), box.top() + 1.5 / 8 * box.height())
    value = shown.view.out[2, 1, 3]
    said = tip(shown, place)
    assert said.startswith(f"h⁽⁵⁾[2, 1, 3] = {value}".replace("-", "−"))
    assert "channel 2 of 6, row 1 of 8, column 3 of 8" in said
    assert shown.face.neuron_at(place, shown.rect(), shown.context()) == 2 * 64 + 8 + 3


def test_of_many_channels_the_first_are_shown_and_the_card_says_so(make: Make):
    face = blocks_of(make("maps 32"))
    assert [len(grid.boxes) for grid in face.grids(theme.light)] == [16, 16]
    assert all(block.count == 32 for block in face.blocks)


def test_the_sign_of_delta_can_be_read_without_colours():
    box, values = QRectF(0, 0, 40, 40), np.zeros((4, 4))
    values[1, 2] = -0.5
    (minus,) = sign_mark(values, box, 1.0)
    assert minus.y1() == minus.y2() == pytest.approx(15)
    values[3, 0] = 0.7
    assert len(sign_mark(values, box, 1.0)) == 2
    assert sign_mark(np.zeros((4, 4)), box, 1.0) == []


@pytest.mark.parametrize("name", ["maps 6", "noise on a picture", "made"])
def test_every_picture_of_both_signs_wears_a_mark(make: Make, name: str):
    shown = make(name)
    shown.image()
    face = shown.face
    made = face._answer._drawn[3] if name == "made" else face._drawn.marks
    assert made
    for line in made:
        assert shown.rect().contains(line.p1())


def test_noise_on_a_picture_stands_beside_it(make: Make):
    shown = make("noise on a picture")
    first, second, third = shown.face._boxes(theme.light)
    for box, start in (
        (first, "ε[0, 0] = 0.5"),
        (second, "h⁽⁵⁾[0, 0] = "),
        (third, "δ⁽⁵⁾[0, 0] = "),
    ):
        place = box.topLeft() + QPointF(2, 2)
        assert tip(shown, place).startswith(start)


def test_a_draw_is_told_with_its_neuron_and_the_reach_of_its_colours(make: Make):
    shown = make("noise 30")
    said = tip(shown, QPointF(shown.face.neuron_x(29, theme.light), 8))
    assert said.startswith("ε₂₉ = 1.0, the noise that was added\nneuron 29 of 30")
    assert "Colours from −1.00 to 1.00" in said


def test_where_numbers_share_a_pixel_the_largest_in_size_is_shown():
    values = np.array([[0.1, -0.9, 0.2, 0.3]])
    assert reduced(values, QRectF(0, 0, 2, 5)).tolist() == [[-0.9, 0.3]]


def test_time_runs_to_the_right_and_neurons_downwards(make: Make):
    shown = make("steps")
    grid = blocks_of(shown).grids(theme.light)[0]
    box = grid.boxes[0]
    place = QPointF(box.left() + 7.5 / 12 * box.width(), box.top() + 2.5 / 5 * box.height())
    said = tip(shown, place)
    assert said.startswith(f"h⁽⁵⁾[7, 2] = {shown.view.out[7, 2]}".replace("-", "−"))
    assert "step 8 of 12, neuron 2 of 5" in said


def test_the_bars_of_delta_are_its_size_at_each_step():
    shown = card("dense", (3, 2), drawn(3, 2), each_step=True)
    assert not isinstance(shown.face, TimeFace)  # two axes of nobody knows what: a picture
    graph = _sequence()
    hints = hints_of(graph)["d"]
    shown = card("dense", (3, 2), drawn(3, 2), each_step=True, hints=hints)
    assert isinstance(shown.face, TimeFace)
    sizes = shown.face.sizes(shown.context())
    expected = [np.sqrt((row**2).mean()) for row in shown.view.delta.astype(float)]
    assert np.allclose(sizes, expected, rtol=1e-6)


def test_a_vanishing_delta_is_told_step_by_step(make: Make):
    shown = make("last lstm")
    face = shown.face
    assert isinstance(face, TimeFace)
    bars = face._bars(theme.light)
    said = tip(shown, QPointF(bars.left() + 1, bars.center().y()))
    assert f"|δₜ| = {0.5**11}, root mean square" in said
    assert "step 1 of 12 (“a”)" in said


def test_attention_says_who_takes_how_much_from_whom(make: Make):
    shown = make("attention 2")
    box = blocks_of(shown).grids(theme.light)[0].boxes[1]
    place = QPointF(box.left() + 3.5 / 10 * box.width(), box.top() + 0.5 / 10 * box.height())
    said = tip(shown, place)
    assert said.startswith("a[1, 0, 3] = 0.1")
    assert "head 1 of 2: step 1 (“a”) takes from step 4 (“d”)" in said


def test_a_loss_over_tokens_names_the_likeliest_and_the_true_one(make: Make):
    shown = make("tokens 10")
    said = {
        tip(shown, QPointF(x, y)).split("\n")[0] for x in range(35, 290, 4) for y in (10, 26, 40)
    }
    assert "step 1 of 10: no answer is asked for" in said
    assert "step 2 of 10: y = a" in said
    assert "step 3 of 10: y = b" in said


def test_a_picture_that_was_made_stands_beside_the_one_that_was_wanted(make: Make):
    shown = make("made")
    said = tip(shown, QPointF(18, 6)).split("\n")
    assert said[:3] == ["made = 0.75", "wanted = 1.0", "difference = −0.25"]


def test_a_code_is_told_with_its_mean_its_spread_and_its_divergence(make: Make):
    shown = make("spread")
    said = tip(shown, QPointF(60, 30))
    assert "μ₀ = 0.5" in said
    assert "σ₀ = 1.0" in said
    assert "N(0, 1): 0.125" in said  # (1 + 0.25 - 1 - 0) / 2


def test_an_autoencoder_does_not_pretend_to_know_a_label(make: Make):
    shown = make("own target")
    size = shown.face.size(theme.light)
    bottom = QPointF(20, size.height() - 10)
    assert tip(shown, bottom) == "y = x: the network is to make its input again"


def _sequence() -> NetworkGraph:
    layers = {
        "data": LAYERS["data"](dataset="reverse"),
        "e": LAYERS["embedding"](),
        "d": LAYERS["dense"](each_step=True),
        "loss": LAYERS["sequence_cross_entropy"](),
    }
    wires = (
        Wire("data", "x", "e", "h"),
        Wire("e", "h", "d", "h"),
        Wire("d", "h", "loss", "prediction"),
        Wire("data", "y", "loss", "target"),
    )
    nodes = {key: Node(layer=layer) for key, layer in layers.items()}
    return NetworkGraph(Design(nodes=nodes, wires=wires))


def test_hints_travel_down_the_wires():
    found = hints_of(_sequence())
    assert found["d"].is_sequence
    assert found["d"].source == "data"
    assert found["d"].tokens == tuple("0123456789") == found["loss"].tokens
    assert found["d"].classes == ()

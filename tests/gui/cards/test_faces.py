"""What single faces show and answer."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor

from gui import theme
from gui.canvas.cards import FaceAction
from model.snapshot import NodeView


def middle_of(card, neuron, look=theme.light):
    """A point on the h strip of a strip face."""
    top = card.face.extra_height(look)
    h_row, _ = card.face.strips.rows(look, top)
    return QPointF(card.face.neuron_x(neuron, look), h_row.center().y())


def on_delta(card, neuron, look=theme.light):
    _, row = card.face.strips.rows(look, card.face.extra_height(look))
    return QPointF(card.face.neuron_x(neuron, look), row.center().y() + 3)


# strips


def test_neuron_26_stands_at_the_same_x_down_a_chain(make, look):
    chain = [make(name) for name in ("dense 128", "batch norm 128", "dropout 128")]
    assert len({card.face.size(look).width() for card in chain}) == 1
    for neuron in range(128):
        assert len({card.face.neuron_x(neuron, look) for card in chain}) == 1


@pytest.mark.parametrize("name", ["dense 1", "dense 10", "dense 128", "relu", "batch norm 128"])
def test_the_painted_column_leads_back_to_the_neuron(make, look, name):
    card = make(name)
    for neuron in range(card.face.strips.count):
        at = middle_of(card, neuron, look)
        assert card.face.neuron_at(at, card.rect(look), card.context(look)) == neuron


def test_a_tip_gives_every_digit_with_its_symbol(make):
    card = make("dense 128")
    out = np.array(card.view.out)
    out[26] = np.float32(1.2093847)
    context = card.context(view=replace(card.view, out=out))
    tip = card.face.tip_at(middle_of(card, 26), card.rect(), context)
    assert tip.startswith("h⁽⁵⁾₂₆ = 1.2093847\n")
    assert "neuron 26 of 128, item 7 of the batch" in tip


def test_a_tip_of_delta_carries_its_sign(make):
    card = make("dense 10")
    delta = np.float32([0.00626, -0.00626, *[0] * 8])
    context = card.context(view=replace(card.view, delta=delta))
    tips = [card.face.tip_at(on_delta(card, j), card.rect(), context) for j in (0, 1)]
    assert tips[0].startswith("δ⁽⁵⁾₀ = +0.00626\n")
    assert tips[1].startswith("δ⁽⁵⁾₁ = −0.00626\n")
    assert "±0.00800" in tips[0]


@pytest.mark.parametrize("name", ["dense 10", "dense 128"])
def test_the_sign_of_delta_is_read_without_colour(make, look, name):
    card = make(name)
    _, row = card.face.strips.rows(look, 0)
    for sign in (1, -1):
        delta = np.full(card.face.strips.count, sign * 0.006, np.float32)
        picture = card.image(look, view=replace(card.view, delta=delta), neuron=None)
        x = int(card.face.neuron_x(5, look))
        above = picture.pixelColor(x, int(row.center().y() - row.height() / 4))
        below = picture.pixelColor(x, int(row.center().y() + row.height() / 4))
        trough = look.color("sunken")
        assert (above != trough) == (sign > 0)
        assert (below != trough) == (sign < 0)


@pytest.mark.parametrize("name", ["dense 10", "dense 128", "noise 30"])
def test_positive_activations_stand_up_and_negative_ones_hang_down(make, look, name):
    card = make(name)
    row, _ = card.face.strips.rows(look, card.face.extra_height(look))
    ground = look.color("surface")
    for sign in (1, -1):
        h = np.full(card.face.strips.count, sign * 2.0, np.float32)
        picture = card.image(look, view=replace(card.view, out=h), neuron=None)
        x = int(card.face.neuron_x(5, look))
        top = picture.pixelColor(x, int(row.top() + 0.1 * row.height()))
        foot = picture.pixelColor(x, int(row.bottom() - 0.1 * row.height()))
        assert (top == ground) == (sign < 0)
        assert (foot == ground) == (sign > 0)


@pytest.mark.parametrize("name", ["dense 10", "dense 128"])
def test_a_bar_beyond_the_scale_wears_a_notch(make, name):
    card = make(name)
    _, row = card.face.strips.rows(theme.light, 0)
    x, y = int(card.face.neuron_x(3, theme.light)), int(row.top())
    for size, is_cut in ((0.0079, False), (0.02, True)):
        delta = np.full(card.face.strips.count, size, np.float32)
        picture = card.image(view=replace(card.view, delta=delta), neuron=None)
        assert (picture.pixelColor(x, y) == theme.light.color("text")) == is_cut


def test_more_neurons_than_columns_are_said_to_share(make):
    assert make("dense 128").face.chip_note() == ""
    assert make("dense 784").face.chip_note() == "4 a column"


def test_a_shared_column_shows_its_largest_neuron_and_says_so(make):
    card = make("dense 784")
    out = np.zeros(784, np.float32)
    out[5] = -3.5
    context = card.context(view=replace(card.view, out=out))
    tip = card.face.tip_at(middle_of(card, 4), card.rect(), context)
    assert "h⁽⁵⁾₅ = −3.5" in tip
    assert "neuron 5 of 784, the largest in size of neurons 4 to 7" in tip


def test_without_delta_the_card_says_why(make):
    card = make("dense 128")
    context = card.context(view=replace(card.view, delta=None))
    others = replace(context.snapshot, nodes={"other": card.view})
    context = replace(context, snapshot=others)
    tip = card.face.tip_at(on_delta(card, 3), card.rect(), context)
    assert "nothing below learns" in tip
    edited = replace(context.snapshot, nodes={"other": replace(card.view, delta=None)})
    tip = card.face.tip_at(on_delta(card, 3), card.rect(), replace(context, snapshot=edited))
    assert "no δ for this design" in tip.replace("No δ", "no δ")
    first = replace(context.snapshot, step=0)
    tip = card.face.tip_at(on_delta(card, 3), card.rect(), replace(context, snapshot=first))
    assert "before the first step" in tip


# dropout


def test_dropout_tells_p_and_how_many_are_kept(make):
    card = make("dropout 128")
    kept = int(card.view.extras["mask"].sum())
    assert card.face.pill(card.context()) == "p = 0.5"
    assert card.face.remark(card.context()) == f"{kept} kept"
    assert card.face.remark(card.context(view=None)) == ""


@pytest.mark.parametrize("name", ["dropout 3", "dropout 30", "dropout 128"])
def test_each_dot_is_the_neuron_whose_column_it_stands_above(make, look, name):
    card = make(name)
    face, rect, context = card.face, card.rect(look), card.context(look)
    for neuron, corner in enumerate(face._corners(look)):
        x = face.neuron_x(neuron, look)
        at = QPointF(x, corner.y() + (x - corner.x()))
        assert face.neuron_at(at, rect, context) == neuron
        state = "kept" if card.view.extras["mask"][neuron] else "dropped"
        tip = face.tip_at(at, rect, context)
        assert f": {state} in this step" in tip
        assert f"neuron {neuron} of" in tip


def test_a_kept_dot_is_filled_and_a_dropped_one_is_hollow(make):
    card = make("dropout 30")
    picture = card.image(neuron=None)
    filled = theme.light.category("regularise")
    for neuron, speaks in enumerate(card.view.extras["mask"].tolist()):
        corner = card.face._corners(theme.light)[neuron]
        x = card.face.neuron_x(neuron, theme.light)
        y = corner.y() + (x - corner.x()) - 3  # beside the arms of the cross
        assert (picture.pixelColor(int(x), int(y)) == filled) == speaks


def test_every_neuron_of_a_wide_dropout_can_be_pointed_at(make):
    card = make("dropout 1000")
    area = card.face._lattice_rect(theme.light)
    columns = card.face.strips.columns(theme.light)
    for neuron in range(1000):
        cell, row = divmod(neuron, columns.per_cell)
        x = columns.left + (cell + 0.5) * columns.cell
        y = area.top() + (row + 0.5) / columns.per_cell * area.height()
        assert card.face.neuron_at(QPointF(x, y), card.rect(), card.context()) == neuron


# batch norm


def test_batch_norm_gives_mean_and_deviation_in_full(make):
    card = make("batch norm 128")
    tip = card.face.tip_at(QPointF(card.rect().width() / 2, 30), card.rect(), card.context())
    assert "μ₂₆ = −0.65" in tip
    assert "σ₂₆ = 1.04" in tip


@pytest.mark.parametrize("name", ["batch norm of maps", "batch norm of lines"])
def test_batch_norm_of_channels_tells_the_followed_channel_over_all_places(make, name):
    card = make(name)
    middle = card.rect().width() / 2
    said = card.face.tip_at(QPointF(middle, 40), card.rect(), card.context())
    assert "μ₁ = 2.0, mean of channel 1 over the batch and all places" in said
    assert "σ₁ = 3.0" in said
    left = QPointF(60, 20)
    assert "400 numbers: all places of all items" in card.face.tip_at(
        left, card.rect(), card.context()
    )


def test_the_map_of_the_followed_channel_is_framed(make, look):
    card = make("batch norm of maps")
    picture = card.image(look)
    boxes = card.face.grids(look)[0].boxes
    colours = [picture.pixelColor(int(box.center().x()), round(box.top())) for box in boxes]
    assert [colour == look.color("accent") for colour in colours] == [False, True, *[False] * 4]


def test_histograms_share_an_axis_unless_one_would_be_a_spike():
    from gui.canvas.cards.bells import pair_of

    values = np.linspace(-1.0, 1.0, 50)
    first, second = pair_of(values - 0.65, values)
    assert (first.low, first.high) == (second.low, second.high)
    first, second = pair_of(values * 1e-3 + 500, values)
    assert first.low > 400
    assert second.high < 2


def test_a_histogram_counts_every_item():
    from gui.canvas.cards.bells import BINS, bell_of

    bell = bell_of(np.array([0.0, 0.0, 0.0, 1.0]), 0.0, 1.0)
    assert bell.shares[0] == 1.0
    assert bell.shares[BINS - 1] == pytest.approx(1 / 3)
    assert bell.mean == 0.25


# losses


def hero(card):
    rect = card.rect()
    return card.face.tip_at(QPointF(40, rect.height() - 20), rect, card.context())


def test_a_loss_says_what_its_number_contains(make):
    assert make("softmax").face._captions(make("softmax").context()) == [
        "batch mean 0.577",
        "+ penalty 0.012",
    ]
    lines = make("softmax 3").face._captions(make("softmax 3").context())
    assert lines[0].startswith("batch mean 0.")
    assert lines[1] == "× 0.5"
    assert make("regression 4").face._captions(make("regression 4").context()) == ["batch sum"]


def test_a_loss_gives_itself_in_full(make):
    assert "data term = 0.5771, batch mean of Softmax cross-entropy" in hero(make("softmax"))
    assert "+ 0.0123 (penalty)" in hero(make("softmax"))


def test_the_only_loss_shows_the_whole_of_j_and_one_of_several_its_part(make):
    card = make("softmax")
    context = card.context()
    assert card.face._hero(context) == pytest.approx(0.577 + 0.0123)
    preview = replace(context.snapshot, loss=math.nan, step=0)
    assert card.face._hero(replace(context, snapshot=preview)) == pytest.approx(0.5771)
    part = replace(
        context.snapshot,
        losses={"other": 0.25, "mine": 0.5771},
        nodes={"mine": context.view},
        loss=0.9,
    )
    context = replace(context, snapshot=part)
    assert card.face._hero(context) == pytest.approx(0.5771)
    assert card.face._captions(context)[-1] == "of J = 0.900"
    rect = card.rect()
    tip = card.face.tip_at(QPointF(40, rect.height() - 20), rect, context)
    assert "J₂ = 0.5771" in tip
    assert "J₁ = 0.25, of other" in tip


def test_the_true_class_is_outlined(make):
    card = make("softmax")
    picture = card.image()
    for label in range(10):
        x = int(card.face.neuron_x(label, theme.light))
        is_outlined = picture.pixelColor(x, 4) == theme.light.color("accent")
        assert is_outlined == (label == 4)


def test_a_probability_is_given_in_full_with_the_truth(make):
    card = make("softmax")
    at = QPointF(card.face.neuron_x(4, theme.light), 40)
    tip = card.face.tip_at(at, card.rect(), card.context())
    assert tip.startswith(f"p̂₄ = {card.view.extras['probability'][4]!s}\n")
    assert "the true class" in tip


def test_a_regression_shows_both_numbers_and_their_difference(make):
    tip = make("regression").face.tip_at(
        QPointF(30, 20), make("regression").rect(), make("regression").context()
    )
    assert "h = 1.0" in tip
    assert "y = 0.5" in tip
    assert "h − y = 0.5" in tip


def test_a_hinge_turns_label_0_into_the_side_minus_one(make):
    card = make("hinge")
    tip = card.face.tip_at(QPointF(30, 20), card.rect(), card.context())
    assert "y = −1.0" in tip
    assert "y h = −1.0" in tip


# data


def press(card, side, **changes):
    look = theme.light
    box = card.face._arrows(look)[side]
    return card.face.press(box.center(), card.rect(), card.context(**changes))


def test_arrows_ask_for_the_item_before_and_after(make):
    card = make("digits")
    assert press(card, 0) == FaceAction("previous_item")
    assert press(card, 1) == FaceAction("next_item")


def test_arrows_do_not_lead_out_of_the_batch_and_say_so(make):
    card = make("digits")
    assert press(card, 0, item=0) is None
    assert press(card, 1, item=49) is None
    assert press(card, 0, view=None) is None
    at = card.face._arrows(theme.light)[0].center()
    tip = card.face.tip_at(at, card.rect(), card.context(item=0))
    assert tip == "This is the first item of the batch."


def test_the_true_label_is_lit(make):
    card = make("digits")
    picture = card.image()
    label = int(card.view.extras["y"])
    for j, (box, _) in enumerate(card.face._chip_boxes(theme.light)):
        corner = QColor(picture.pixelColor(int(box.left() + 3), int(box.center().y())))
        assert (corner == theme.light.color("accent")) == (j == label)


def test_a_one_hot_target_is_read_back(make):
    card = make("iris")
    view = NodeView(extras=card.view.extras | {"y": np.float32([0, 1, 0])})
    assert card.face._answer(card.context(view=view)) == ("y = 1", "versicolor")


def test_a_regression_target_stands_with_its_name(make):
    card = make("diabetes")
    text, name = card.face._answer(card.context())
    assert text == f"y = {card.view.extras['y'][0]:g}"
    assert name == "disease progression"


def test_a_pixel_is_given_with_row_and_column(make):
    card = make("digits")
    box = card.face._item_box(theme.light)
    tip = card.face.tip_at(box.center(), card.rect(), card.context())
    assert tip.startswith(f"x[4, 4] = {card.view.extras['x'][4, 4]}\n")


def test_a_feature_is_given_with_its_name(make):
    card = make("iris")
    box = card.face._item_box(theme.light)
    tip = card.face.tip_at(QPointF(box.left() + 5, box.top() + 5), card.rect(), card.context())
    assert tip == f"x₀ = {card.view.extras['x'][0]}\nsepal_length_cm, in raw units"


def test_a_point_remembers_the_items_before_it(make):
    card = make("xor")
    seen = card.face._view
    for x in ((0.5, 0.5), (-0.5, 0.5)):
        view = NodeView(extras={"x": np.array(x), "y": 1, "index": 3})
        card.image(view=view)
        card.image(view=view)
    assert list(seen._seen) == [(0.5, 0.5, 1), (-0.5, 0.5, 1)]

"""Loss, δ and accuracy: what the curves are, what the crosshair reads."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gui import theme
from gui.plots import chart_axes
from gui.plots.axes import linear_ticks
from gui.plots.chart_ends import end_boxes
from gui.plots.chart_look import Frame, curve_color, text_width
from model.design import Design, Node
from model.editing import add_node
from model.graph import NetworkGraph
from model.layers.dense import Dense
from model.layers.dropout import Dropout
from model.layers.losses import MeanSquaredError
from tests.gui.plots import fakes

Make = Callable[..., Any]
LOSS = [2.302585092994046, 0.1 + 0.2, 1 / 3]


def small(make: Make, key: str = "loss", **changes: Any) -> Any:
    """A loss plot of three steps with numbers that no rounding survives."""
    panel = make(key)
    views = {
        "loss": fakes.curve([1, 2, 3], LOSS),
        "val_loss": fakes.curve([2], [0.7071067811865476]),
    }
    panel.controller.send(fakes.snapshot(3, curves=views | changes))
    return panel


def test_the_crosshair_reads_exact_numbers(make: Make) -> None:
    panel = small(make)
    panel.chart.set_hover(2.1)
    text = panel.chart.hover_text()
    assert text.splitlines()[0] == "step 2"
    assert "J, train = 0.30000000000000004" in text
    assert "J, validation = 0.7071067811865476" in text


def test_the_crosshair_says_when_a_value_is_of_an_earlier_step(make: Make) -> None:
    panel = small(make)
    panel.chart.set_hover(3.0)
    assert "J, validation = 0.7071067811865476 (of step 2)" in panel.chart.hover_text()


def test_a_point_of_many_steps_is_read_with_its_extremes(make: Make) -> None:
    view = fakes.curve([16, 32], [0.5, 0.25], stride=16, spread=0.5)
    panel = small(make, loss=view)
    panel.chart.set_hover(32)
    assert panel.chart.hover_text().splitlines()[1:3] == [
        "J, train = 0.25",
        "   mean of 16 steps, 0.125 to 0.375",
    ]


def test_arrow_keys_move_the_crosshair_from_point_to_point(make: Make) -> None:
    panel = small(make)
    QTest.keyClick(panel.chart, Qt.Key.Key_Left)
    assert panel.chart.hover_text().startswith("step 3")
    QTest.keyClick(panel.chart, Qt.Key.Key_Left)
    assert panel.chart.hover_text().startswith("step 2")
    QTest.keyClick(panel.chart, Qt.Key.Key_Escape)
    assert panel.chart.hover_text() == ""


def test_the_pointer_reads_the_nearest_step(make: Make) -> None:
    panel = small(make)
    plot = panel.chart._frame().plot
    place = panel.chart._frame().pixel(1.05, 0.5)
    assert plot.contains(place)
    QTest.mouseMove(panel.chart.viewport(), place.toPoint() + QPoint(9, 9))
    QTest.mouseMove(panel.chart.viewport(), place.toPoint())  # the pointer may have been there
    assert panel.chart.hover_text().startswith("step 1")
    assert panel.chart.reading.text == panel.chart.hover_text()


def test_legend_says_where_dropout_is_on(make: Make) -> None:
    assert [curve.name for curve in small(make).chart.curves] == [
        "train, dropout on",
        "validation, dropout off",
    ]


def test_a_dropout_that_is_not_wired_turns_nothing_off(make: Make) -> None:
    graph = NetworkGraph()
    graph.apply(add_node(graph, Dropout(p=0.5), 0, 0).changes)
    panel = make("loss", graph=graph)
    panel.controller.send(fakes.snapshot())
    assert panel.chart.curves[0].name == "train"


def test_steps_are_whole_numbers_on_the_axis() -> None:
    assert [text for _place, text in linear_ticks(0, 3, 12, least=1.0)] == ["0", "1", "2", "3"]


def test_without_dropout_the_legend_says_nothing_of_it(make: Make) -> None:
    panel = make("loss", graph=NetworkGraph())
    panel.controller.send(fakes.snapshot())
    assert [curve.name for curve in panel.chart.curves] == ["train", "validation"]


def test_the_data_term_is_a_curve_of_its_own_where_there_is_a_penalty(make: Make) -> None:
    panel = make("loss", graph=fakes.mnist_graph(l2=1e-4))
    panel.controller.send(fakes.snapshot())
    assert {curve.key for curve in panel.chart.curves} == {"loss", "val_loss", "data_loss"}
    assert panel.header.caption() == "data term + penalty"
    assert small(make).header.caption() == ""


def test_a_log_axis_takes_zeros_and_negative_numbers(make: Make) -> None:
    panel = small(make, loss=fakes.curve([1, 2, 3, 4], [1.0, 0.0, -1.0, np.nan]))
    panel.log_pill.click()
    assert panel.chart.is_log
    panel.grab()
    panel.chart.set_hover(2)
    assert "J, train = 0" in panel.chart.hover_text()
    panel.controller.send(fakes.snapshot(3, curves={"loss": fakes.curve([1, 2], [0.0, 0.0])}))
    panel.grab()


def test_one_point_constant_and_infinite_curves_are_painted(make: Make) -> None:
    panel = small(make)
    for values in ([5.0], [0.3, 0.3], [np.inf, 1.0], [np.nan], [1e300, 1e-300]):
        for _ in range(2):
            view = fakes.curve(range(1, len(values) + 1), values)
            panel.controller.send(fakes.snapshot(2, curves={"loss": view}))
            panel.grab()
            panel.log_pill.click()


def test_smoothing_is_off_at_first_and_keeps_the_raw_curve_behind(make: Make) -> None:
    panel = small(make)
    assert panel.chart.smoothing == 0
    assert not panel.chart._lines.raws
    panel.menu.set_smoothing(0.9)
    assert panel.chart.smoothing == 0.9
    assert set(panel.chart._lines.raws) == {"loss"}
    panel.chart.set_hover(3)
    assert "smoothed (0.9)" in panel.chart.hover_text()


def test_the_axis_counts_epochs_on_demand(make: Make) -> None:
    panel = make("loss")
    for step in (47, 94, 188):
        panel.controller.send(fakes.snapshot(step))
    panel.menu.menu.actions()
    panel.set_epochs(True)
    assert panel.chart._x["loss"][[46, 93, 187]] == pytest.approx([0.5, 1.0, 2.0])
    panel.set_epochs(False)
    assert panel.chart._x["loss"][-1] == 188


def test_epochs_stay_right_when_the_batch_size_changes(make: Make) -> None:
    panel = make("loss")
    # 10 steps an epoch, then from step 20 on 40 steps an epoch
    for step, epoch, index, count in ((10, 1, 0, 10), (20, 2, 0, 10), (40, 2, 20, 40)):
        change = {"step": step, "epoch": epoch, "batch_index": index, "n_batches": count}
        panel.controller.send(fakes.snapshot(40, **change))
    panel.set_epochs(True)
    assert panel.chart._x["loss"][[9, 19, 39]] == pytest.approx([1.0, 2.0, 2.5])


def test_delta_curves_follow_the_order_of_the_nodes(make: Make) -> None:
    panel = make("delta")
    panel.controller.send(fakes.snapshot())
    assert [curve.letters for curve in panel.chart.curves] == [
        "δ^(3)", "δ^(4)", "δ^(5)", "δ^(6)", "δ^(7)",
    ]  # fmt: skip
    assert panel.chart.is_log
    assert panel.chart.curves[0].short == "Dense 128"


def test_labels_at_the_ends_do_not_overlap(make: Make) -> None:
    panel = make("delta")
    same = {f"delta:{key}": fakes.curve([1, 2], [1e-3, 1e-3]) for key in fakes.ORDER[2:7]}
    panel.controller.send(fakes.snapshot(2, curves=same))
    boxes = [
        box.adjusted(0, 0.01, 0, -0.01)
        for _, _, box in end_boxes(panel.chart._frame(), theme.current())
    ]
    assert len(boxes) == 5
    assert not any(a.intersects(b) for a in boxes for b in boxes if a is not b)


def test_a_click_on_a_label_highlights_its_curve_and_a_second_one_takes_it_back(
    make: Make,
) -> None:
    panel = make("delta")
    panel.controller.send(fakes.snapshot())
    curve, _, box = end_boxes(panel.chart._frame(), theme.current())[2]
    place = box.center().toPoint()
    for expected in (curve.key, ""):
        QTest.mouseClick(
            panel.chart.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(place.x(), place.y())
        )
        assert panel.chart.highlighted == expected


def test_a_click_on_a_curve_highlights_it(make: Make) -> None:
    panel = make("delta")
    panel.controller.send(fakes.snapshot())
    frame = panel.chart._frame()
    key = panel.chart.curves[-1].key
    place: QPointF = frame.pixel(frame.x[key][120], frame.y[key][120])
    QTest.mouseClick(panel.chart.viewport(), Qt.MouseButton.LeftButton, pos=place.toPoint())
    assert panel.chart.highlighted == key


def test_nodes_that_left_the_design_leave_the_seismograph(make: Make) -> None:
    panel = make("delta")
    panel.document.inference.order = fakes.ORDER[:4]
    panel.controller.send(fakes.snapshot())
    assert [curve.index for curve in panel.chart.curves] == ["3", "4"]


def test_accuracy_says_why_there_is_none(make: Make) -> None:
    graph = NetworkGraph(Design(nodes={"loss_1": Node(layer=MeanSquaredError())}))
    panel = make("accuracy", graph=graph)
    panel.controller.send(fakes.snapshot(curves={}))
    assert "Mean squared error compares values, not classes" in panel.empty_text


def test_sequences_have_tokens_and_whole_answers_and_text_has_tokens_alone(make: Make) -> None:
    panel = make("accuracy")
    rising = fakes.curve([20, 40], [0.5, 0.75])
    tokens = {"token_accuracy": rising, "val_token_accuracy": rising}
    panel.controller.send(fakes.snapshot(curves=tokens))
    assert [curve.name.split(",")[0] for curve in panel.chart.curves] == ["tokens right"] * 2
    both = {"accuracy": rising, "val_accuracy": rising, **tokens}
    panel.controller.send(fakes.snapshot(curves=both))
    names = [curve.name.split(",")[0] for curve in panel.chart.curves]
    assert sorted(names) == ["sequences right"] * 2 + ["tokens right"] * 2
    assert len({curve.color for curve in panel.chart.curves}) == 4


def test_accuracy_stays_between_zero_and_one(make: Make) -> None:
    panel = make("accuracy")
    panel.controller.send(fakes.snapshot())
    assert panel.chart.limits[2] >= 0
    assert panel.chart.limits[3] <= 1


def test_zooming_offers_the_way_back(make: Make) -> None:
    panel = small(make)
    button = panel.findChild(type(panel._fit), "loss_fit")
    assert not button.isVisible()
    panel.chart._box.setRange(xRange=(1, 2), yRange=(0, 1), padding=0)
    panel.chart._on_moved_by_hand(None)
    assert button.isVisible()
    button.click()
    assert panel.chart.limits[0] == 0
    assert not button.isVisible()


def crowd(make: Make, count: int = 40, **size: int) -> Any:
    """A seismograph of many nodes, each with its own level."""
    keys = tuple(f"dense_{i}" for i in range(count))
    graph = NetworkGraph(Design(nodes={key: Node(layer=Dense(units=8)) for key in keys}))
    panel = make("delta", graph=graph, order=keys, **size)
    steps = np.arange(1, 60)
    views = {
        f"delta:{key}": fakes.curve(steps, 10.0 ** (-5 + 4 * i / count) / steps)
        for i, key in enumerate(keys)
    }
    panel.controller.send(fakes.snapshot(59, curves=views))
    return panel


@pytest.mark.parametrize("height", [110, 240, 700])
def test_of_a_crowd_as_many_curves_are_named_as_labels_have_room(make: Make, height: int) -> None:
    panel = crowd(make, width=900, height=height)
    boxes = end_boxes(panel.chart._frame(), theme.current())
    named = [curve for curve in panel.chart.curves if curve.style != "grey"]
    assert 1 <= len(boxes) == len(named) <= 12
    assert named[0].index == "1"
    shrunk = [box.adjusted(0, 0.01, 0, -0.01) for _, _, box in boxes]
    assert not any(a.intersects(b) for a in shrunk for b in shrunk if a is not b)
    assert len({(curve.color, curve.style) for curve in named}) == len(named)
    assert panel.chart.is_crowded


def test_a_few_curves_are_all_named_and_need_no_list(make: Make) -> None:
    panel = crowd(make, count=8, width=900, height=300)
    assert not panel.chart.is_crowded
    assert not panel.list.isVisible()


def test_the_list_of_nodes_makes_any_curve_stand_out(make: Make, qtbot: Any) -> None:
    panel = crowd(make, width=900, height=240)
    qtbot.waitUntil(panel.list.isVisible)
    assert panel.list.count() == 40
    grey = next(row for row, curve in enumerate(panel.chart.curves) if curve.style == "grey")
    key = panel.chart.curves[grey].key
    place = panel.list.visualItemRect(panel.list.item(grey)).center()
    for expected in (key, ""):
        QTest.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert panel.chart.highlighted == expected
        shown = [curve.key for curve, _, _ in end_boxes(panel.chart._frame(), theme.current())]
        assert (key in shown) == bool(expected)


def test_the_list_is_left_out_of_a_narrow_plot_unless_it_is_asked_for(make: Make) -> None:
    panel = crowd(make, width=320, height=240)
    assert not panel.list.isVisible()
    panel.list_switch.click()
    assert panel.list.isVisible()
    panel.list_switch.click()
    assert not panel.list.isVisible()


def test_the_keyboard_walks_through_the_list_and_escape_lets_go(make: Make, qtbot: Any) -> None:
    panel = crowd(make, width=900, height=240)
    qtbot.waitUntil(panel.list.isVisible)
    for expected in ("delta:dense_0", "delta:dense_1"):
        QTest.keyClick(panel.list, Qt.Key.Key_Down)
        assert panel.chart.highlighted == expected
    QTest.keyClick(panel.list, Qt.Key.Key_Escape)
    assert panel.chart.highlighted == ""


def test_of_a_crowd_the_curve_below_the_pointer_is_read_first_and_in_full(
    make: Make, qtbot: Any
) -> None:
    panel = crowd(make, width=900, height=300)
    qtbot.waitUntil(panel.list.isVisible)
    frame = panel.chart._frame()
    curve = next(curve for curve in panel.chart.curves if curve.style == "grey")
    place = frame.pixel(frame.x[curve.key][30], frame.y[curve.key][30]).toPoint()
    QTest.mouseMove(panel.chart.viewport(), place + QPoint(3, 0))
    QTest.mouseMove(panel.chart.viewport(), place)
    lines = panel.chart.hover_text().splitlines()
    assert lines[0] == "step 31"
    assert lines[1].startswith(f"{curve.raised}, Dense 8 = ")
    assert lines[2].startswith("   smoothed (0.8): ")
    assert lines[-1] == "and 32 more: point at a curve"
    assert len(lines) == 11  # step, eight values, one of them smoothed as well, and the rest


@pytest.mark.parametrize("width", [250, 330, 373, 420, 560, 900])
def test_numbers_below_a_chart_stand_farther_apart_than_the_parts_of_one(
    qapp: QApplication, width: int
) -> None:
    look = theme.current()
    plot = QRectF(0, 0, width, 100)
    frame = Frame((), {}, {}, plot, limits=(0.0, 91_000.0, 0.0, 1.0))
    ticks = chart_axes._across(frame, look)
    assert len(ticks) >= 2
    for (place, text), (after, following) in pairwise(ticks):
        half = (text_width(look, "chip", text) + text_width(look, "chip", following)) / 2
        gap = frame.pixel(after, 0).x() - frame.pixel(place, 0).x() - half
        assert gap >= 1.5 * text_width(look, "chip", "0")


def test_a_curve_that_becomes_zero_does_not_seem_to_stay_where_it_was(make: Make) -> None:
    """0 has no place on a logarithmic axis: to the right of its last place nothing is drawn."""
    panel = make("delta")
    steps = np.arange(1, 41)
    gone = np.where(steps <= 10, 1e-2, 0.0)
    views = {"delta:dense_1": gone, "delta:dense_2": np.full(40, 1e-4)}
    panel.controller.send(
        fakes.snapshot(40, curves={key: fakes.curve(steps, found) for key, found in views.items()})
    )
    frame, image = panel.chart._frame(), panel.chart.grab().toImage()
    color = curve_color(theme.current(), panel.chart.curves[0]).rgb()
    height = frame.pixel(0, -2).y()
    ink = [
        x
        for x in range(int(frame.plot.left()) + 2, int(frame.plot.right()) - 2)
        if any(image.pixel(x, int(height) + dy) == color for dy in (-1, 0, 1))
    ]
    assert ink
    assert max(ink) <= frame.pixel(10, 0).x() + 3

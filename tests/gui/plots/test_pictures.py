"""Masks, histograms, boundaries, answers and confusion: what they say and read out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication

from gui import theme
from gui.plots.answers import answers_of
from gui.plots.contour import contour
from gui.plots.film import lattice
from gui.plots.numbers import exact, percent, short
from gui.plots.picture_answers import grey
from gui.plots.predictions import caption
from model.graph import NetworkGraph
from model.snapshot import NodeView
from tests.gui.plots import fakes

Make = Callable[..., Any]


def masked(step: int, mask: list[bool], item: int = 7) -> Any:
    view = NodeView(extras={"mask": np.array(mask), "kept": 0.5})
    return fakes.snapshot(step, item=item, nodes={"dropout_1": view})


# masks


def test_the_film_keeps_each_step_once_and_counts_what_was_kept(make: Make) -> None:
    panel = make("masks")
    for step, mask in ((1, [1, 0, 1, 0]), (1, [1, 0, 1, 0]), (5, [1, 1, 1, 0])):
        panel.controller.send(masked(step, [bool(m) for m in mask]))
    # mean of the shares 2/4 and 3/4
    assert panel.strip.caption() == "kept of 4. Mean so far 0.625, expected 0.5"
    assert panel.header.caption() == "item 8, last steps shown"
    assert [place.frame.step for place in panel.strip.places(theme.current())] == [1, 5]


def test_the_film_reads_out_a_neuron(make: Make) -> None:
    panel = make("masks")
    panel.controller.send(masked(3, [True, False, True, True]))
    place = panel.strip.places(theme.current())[0]
    first = place.origin + QPointF(place.pitch / 2, place.pitch / 2)
    text = panel.strip.text_at(first)
    assert text == "step 3: 3 of 4 kept\nneuron 0: kept, m = 1"
    second = place.origin + QPointF(
        (1 % place.columns + 0.5) * place.pitch, (1 // place.columns + 0.5) * place.pitch
    )
    assert "neuron 1: turned off, m = 0" in panel.strip.text_at(second)


def test_the_film_says_that_steps_between_were_not_kept(make: Make) -> None:
    panel = make("masks")
    panel.controller.send(masked(3, [True, False]))
    assert "steps between them were not kept" in panel.strip.text_at(QPointF(-1, -1))


def test_another_item_starts_another_film(make: Make) -> None:
    panel = make("masks")
    panel.controller.send(masked(1, [True, True]))
    panel.controller.send(masked(2, [True, False], item=3))
    assert [place.frame.step for place in panel.strip.places(theme.current())] == [2]


def test_masks_are_collected_while_nobody_looks(make: Make) -> None:
    panel = make("masks")
    panel.hide()
    for step in range(1, 9):
        panel.controller.send(masked(step, [True, False]))
    panel.show()
    shown = [place.frame.step for place in panel.strip.places(theme.current())]
    assert shown == list(range(9 - len(shown), 9))
    assert len(shown) >= 5


def test_without_dropout_the_film_says_so(make: Make) -> None:
    panel = make("masks", graph=NetworkGraph())
    panel.controller.send(fakes.snapshot())
    assert "no Dropout layer" in panel.empty_text


def test_with_two_dropout_nodes_one_can_be_chosen(make: Make) -> None:
    graph = fakes.mnist_graph()
    design = graph.design()
    nodes = {**design.nodes, "dropout_2": design.nodes["dropout_1"]}
    import msgspec

    panel = make(
        "masks",
        graph=NetworkGraph(msgspec.structs.replace(design, nodes=nodes)),
        order=(*fakes.ORDER, "dropout_2"),
    )
    views = {
        key: NodeView(extras={"mask": np.array(mask), "kept": 0.5})
        for key, mask in (("dropout_1", [True, True]), ("dropout_2", [False, False, True]))
    }
    panel.controller.send(fakes.snapshot(2, nodes=views))
    assert panel.chooser.isVisible()
    assert panel.chooser.count() == 2
    panel.chooser.setCurrentIndex(1)
    panel.chooser.activated.emit(1)
    assert panel.strip.caption().startswith("kept of 3.")


@pytest.mark.parametrize("size", [1, 7, 64, 128, 1000, 100_000])
def test_a_lattice_has_a_place_for_every_neuron_and_fits(size: int) -> None:
    columns, rows, pitch = lattice(size, 80, 140)
    assert columns * rows >= size
    assert columns * pitch <= 80 + 1e-9
    assert rows * pitch <= 140 + 1e-9


# histograms


def test_histograms_say_mean_deviation_and_zeros_of_the_values_themselves(make: Make) -> None:
    panel = make("histograms")
    values = np.array([0.0, 0.0, 1.0, 3.0])
    pair = (fakes.counted(values), fakes.counted(-values))
    panel.controller.send(fakes.snapshot(histograms={"dense_1.W": pair}))
    frame = panel.pair.frames(theme.current())[0][0]
    text = panel.pair.text_at(frame.pixel(0.01, 1))
    assert "W: 4 values" in text
    assert "mean = 1.0" in text
    # the squared distances from 1 are 1, 1, 0 and 4: a variance of 1.5
    assert f"standard deviation = {1.5**0.5!r}" in text
    assert "exactly 0: 2 of 4" in text
    assert "2 from 0.0 to 0.075" in text


def test_a_parameter_can_be_chosen_and_stays_chosen(make: Make) -> None:
    panel = make("histograms")
    panel.controller.send(fakes.snapshot(histograms=fakes.histograms()))
    assert [panel.chooser.itemText(i) for i in range(3)] == [
        "Dense 128: W",
        "Dense 128: b",
        "Dense 10: W",
    ]
    panel.chooser.setCurrentIndex(2)
    panel.controller.send(fakes.snapshot(240, histograms=fakes.histograms(1)))
    assert panel.chooser.currentData() == "dense_2.W"


def test_a_network_without_parameters_has_no_histograms(make: Make) -> None:
    panel = make("histograms")
    panel.controller.send(fakes.snapshot(histograms={}))
    assert "no parameters" in panel.empty_text


# boundary


def test_the_contour_of_a_plane_is_a_straight_line() -> None:
    x, y = np.linspace(0, 1, 5), np.linspace(0, 2, 7)
    values = np.broadcast_to(x, (7, 5)) * 1.0
    pieces = contour(x, y, values, 0.3)
    assert np.allclose(pieces[:, [0, 2]], 0.3)
    assert pieces[:, [1, 3]].min() == 0
    assert pieces[:, [1, 3]].max() == 2


def test_the_contour_of_a_cone_is_a_circle() -> None:
    x = np.linspace(-2, 2, 81)
    pieces = contour(x, x, np.hypot(*np.meshgrid(x, x)), 1.0)
    radii = np.hypot(pieces[:, [0, 2]], pieces[:, [1, 3]])
    assert radii == pytest.approx(1, abs=2e-3)
    lengths = np.hypot(pieces[:, 2] - pieces[:, 0], pieces[:, 3] - pieces[:, 1])
    assert lengths.sum() == pytest.approx(2 * np.pi, rel=2e-3)


def test_a_saddle_gives_two_pieces_and_flat_ground_none() -> None:
    square = np.array([0.0, 1.0])
    assert len(contour(square, square, np.array([[1.0, -1.0], [-1.0, 1.0]]), 0)) == 2
    assert len(contour(square, square, np.zeros((2, 2)), 0.5)) == 0


@pytest.mark.parametrize("k", [1, 2])
def test_the_map_reads_out_the_answer_and_the_point_below_the_pointer(make: Make, k: int) -> None:
    panel = make("boundary")
    found = fakes.plane(k)
    panel.controller.send(fakes.snapshot(boundary=found))
    frame = panel.plane.frame(theme.current())
    point = found.points[0]
    text = panel.plane.text_at(frame.pixel(*point))
    row, column = np.abs(found.y - point[1]).argmin(), np.abs(found.x - point[0]).argmin()
    assert f"x = ({exact(found.x[column])}, {exact(found.y[row])})" in text
    assert f"output for inside = {exact(found.values[row, column, -1])}" in text
    assert f"y = {found.classes[found.targets[0]]}" in text


def test_one_input_gives_a_fitted_curve(make: Make) -> None:
    panel = make("boundary")
    found = fakes.fitted()
    panel.controller.send(fakes.snapshot(boundary=found))
    assert panel.views.currentWidget() is panel.fitted
    frame = panel.fitted.frame(theme.current())
    text = panel.fitted.text_at(frame.pixel(float(found.x[50]), float(found.values[50, 0])))
    assert f"x = {exact(found.x[50])}" in text
    assert f"answer = {exact(found.values[50, 0])}" in text


def test_a_surface_of_values_is_painted_with_its_scale(make: Make, qapp: QApplication) -> None:
    panel = make("boundary")
    found = replace(fakes.plane(), classes=(), targets=np.linspace(-3, 3, 120)[:, None])
    panel.controller.send(fakes.snapshot(boundary=found))
    for name in ("dark", "projector"):
        theme.apply(qapp, name)
        panel.grab()
    values = found.values.copy()
    values[:5] = np.nan
    panel.controller.send(fakes.snapshot(boundary=replace(found, values=values)))
    panel.grab()


def test_with_more_inputs_the_boundary_says_for_which_data_it_works(make: Make) -> None:
    panel = make("boundary")
    panel.controller.send(fakes.snapshot())
    assert "one or two numbers an item" in panel.empty_text


# answers


def test_predictions_say_the_accuracy_of_the_whole_part() -> None:
    found = replace(fakes.flowers(), confusion=np.array([[8, 1, 0], [0, 9, 1], [0, 0, 1]]))
    assert caption(found) == "validation accuracy 90.0 %"


def test_answers_name_truth_answer_and_all_outputs() -> None:
    answers = answers_of(fakes.digits())
    assert [answer.is_right for answer in answers[:4]] == [True, True, True, False]
    wrong = answers[3]
    lines = wrong.lines()
    assert lines[0] == f"true {wrong.true}, answered {wrong.answered}: wrong"
    assert lines[1] == f"output for {wrong.answered} = {exact(wrong.scores.max())}"
    assert len(lines) == 11


def test_a_single_output_speaks_for_the_second_class() -> None:
    found = replace(
        fakes.flowers(m=2), outcomes=np.array([[0.75], [0.25]]), targets=np.array([1, 1]),
        classes=("no", "yes"),
    )  # fmt: skip
    first, second = answers_of(found)
    assert (first.answered, first.is_right) == ("yes", True)
    assert (second.answered, second.is_right) == ("no", False)


def test_an_answer_that_is_no_number_is_wrong_and_says_so() -> None:
    found = fakes.flowers(m=1)
    answer = answers_of(replace(found, outcomes=np.full((1, 3), np.nan)))[0]
    assert (answer.answered, answer.is_right) == ("no number", False)


@pytest.mark.parametrize("kind", [fakes.digits, fakes.flowers, fakes.prices])
def test_every_kind_of_sample_is_painted_and_read_out(
    kind: Callable[..., Any], make: Make, qapp: QApplication
) -> None:
    panel = make("predictions")
    panel.controller.send(fakes.snapshot(predictions=kind()))
    view = panel.views.currentWidget()
    assert view.text_at(QPointF(30, 40)).startswith("true ")
    for name in ("dark", "projector"):
        theme.apply(qapp, name)
        panel.grab()
    found = kind()
    broken = replace(found, outcomes=np.full(found.outcomes.shape, np.nan))
    panel.controller.send(fakes.snapshot(predictions=broken))
    panel.grab()


@pytest.mark.parametrize("shape", [(8, 8), (1, 8, 8), (3, 8, 8)])
def test_pictures_of_any_channel_count_become_grey(shape: tuple[int, ...]) -> None:
    found = grey(np.arange(np.prod(shape)).reshape(shape))
    assert found.shape == (8, 8)
    assert found.max() == 255
    assert (np.diff(found.astype(int).ravel()) >= 0).all()


def test_the_confusion_matrix_says_a_cell_in_words(make: Make) -> None:
    panel = make("confusion")
    panel.controller.send(fakes.snapshot(predictions=fakes.flowers()))
    area, width, height = panel.matrix._table(theme.current())
    place = area.topLeft() + QPointF(2.5 * width, 1.5 * height)
    expected = "2 of 10 items of class versicolor taken for virginica (20.0 %)"
    assert panel.matrix.text_at(place) == expected
    place = area.topLeft() + QPointF(0.5 * width, 0.5 * height)
    assert "rightly answered setosa (100.0 %)" in panel.matrix.text_at(place)


def test_values_have_no_confusion_matrix(make: Make) -> None:
    panel = make("confusion")
    panel.controller.send(fakes.snapshot(predictions=fakes.prices()))
    assert "values, not classes" in panel.empty_text


# numbers


@pytest.mark.parametrize("value", [0.1 + 0.2, np.float64(1 / 3), np.float32(0.1), 7, np.int64(7)])
def test_exact_numbers_come_back_as_they_were(value: Any) -> None:
    assert type(value)(exact(value)) == value


def test_short_numbers() -> None:
    found = [short(v) for v in (0.5123, 0.0123, 12.34, -0.5, 1234.5, 1.2e-5, 0, np.nan, -np.inf)]
    assert found == ["0.51", "0.012", "12.3", "−0.50", "1234", "1.2e−5", "0", "NaN", "−∞"]
    assert percent(0.8915) == "89.1 %"

"""Plots of what networks make: codes, latent maps, reconstructions, texts, and the rate's curve."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF

from gui import theme
from tests.gui.plots import fakes

Make = Callable[..., Any]


def test_codes_are_told_with_their_class(make: Make) -> None:
    panel = make("codes")
    panel.resize(500, 300)
    found = fakes.codes()
    panel.controller.send(fakes.snapshot(codes=found))
    frame = panel.cloud.frame(theme.current())
    place = frame.pixel(*found.points[5].tolist())
    said = panel.cloud.text_at(place)
    assert "y = virginica" in said
    assert str(float(found.points[5, 0])) in said
    assert panel.header.caption() == "60 validation items, first 2 of 10 numbers, test mode"


def test_another_node_is_asked_for(make: Make) -> None:
    panel = make("codes")
    panel.controller.send(fakes.snapshot(codes=fakes.codes()))
    box = panel.chooser._box
    assert box.count() == 2
    assert box.currentData() == "dense_2"
    box.activated.emit(0)
    assert panel.controller.asked == [{"code_node": "dense_1"}]


def test_a_latent_map_tells_the_code_below_the_pointer(make: Make) -> None:
    panel = make("latent")
    panel.resize(500, 300)
    found = fakes.latent()
    panel.controller.send(fakes.snapshot(latent=found))
    frame = panel.map.frame(theme.current())
    said = panel.map.text_at(frame.pixel(float(found.x[4]), float(found.y[9])))
    assert f"code = ({float(found.x[4])!r}, {float(found.y[9])!r})" in said


def test_designs_without_codes_or_texts_hear_what_is_needed(make: Make) -> None:
    for key, words in (
        ("codes", "two numbers or more"),
        ("latent", "a layer of 2 units"),
        ("samples", "which token comes next"),
        ("rho", "Choose a schedule"),
    ):
        panel = make(key)
        panel.controller.send(fakes.snapshot(curves={}))
        assert words in panel.empty_text


def test_reconstructions_show_input_output_and_difference(make: Make) -> None:
    panel = make("predictions")
    panel.resize(600, 300)
    found = fakes.remade()
    panel.controller.send(fakes.snapshot(predictions=found))
    assert panel.views.currentWidget() is panel.remade
    cells = panel.remade.cells(theme.current())
    row, item, box = cells[0]
    assert (row, item) == (0, 0)
    said = panel.remade.text_at(box.topLeft() + QPointF(1, 1)).split("\n")
    value = found.inputs[0, 0, 0]
    assert said[0] == f"input = {value!r}".replace("np.float64(", "").replace(")", "")
    assert said[1].startswith("output = ")
    assert np.isclose(float(said[2].split(" = ")[1].replace("−", "-")), -0.25 * value)


def test_sequences_are_compared_token_by_token(make: Make) -> None:
    panel = make("predictions")
    panel.resize(600, 300)
    panel.controller.send(fakes.snapshot(predictions=fakes.spelled()))
    assert panel.views.currentWidget() is panel.sequences
    said = panel.sequences.text_at(QPointF(40, 12)).split("\n")
    assert said == [
        "input x = ab␣",
        "wanted y = ·␣a",
        "answer ŷ = ·␣b",
        "1 of 2 right",
    ]


def test_pictures_with_labels_are_shown_again_after_an_autoencoder(make: Make) -> None:
    panel = make("predictions")
    panel.controller.send(fakes.snapshot(predictions=fakes.remade()))
    panel.controller.send(fakes.snapshot(predictions=fakes.digits()))
    assert panel.views.currentWidget() is panel.pictures


def test_texts_are_kept_the_newest_on_top_and_their_marks_are_no_html(make: Make) -> None:
    panel = make("samples")
    for step in (10, 20):
        panel.controller.send(fakes.snapshot(samples=fakes.sample(step, f"<b>{step}", step // 10)))
    shown = panel.texts.toPlainText()
    assert shown.index("Shall I <b>20") < shown.index("Shall I <b>10")
    assert panel.header.caption() == "after epoch 2, step 20"


def test_a_text_of_the_same_step_takes_the_place_of_the_last(make: Make) -> None:
    panel = make("samples")
    for text in ("one", "two"):
        panel.controller.send(fakes.snapshot(samples=fakes.sample(10, text)))
    assert "one" not in panel.texts.toPlainText()
    assert "two" in panel.texts.toPlainText()


def test_prompt_and_temperature_reach_the_engine(make: Make) -> None:
    panel = make("samples")
    panel.prompt.setText("Thou ")
    panel.prompt.editingFinished.emit()
    panel.temperature.setValue(0)
    assert panel.controller.asked == [{"prompt": "Thou "}, {"temperature": 0.0}]
    assert panel.figure.text() == "0.0"


def test_the_learning_rate_has_a_curve_where_a_schedule_changes_it(make: Make) -> None:
    panel = make("rho")
    rates = fakes.curve(np.arange(5), 0.1 * 0.5 ** np.arange(5))
    panel.controller.send(fakes.snapshot(curves={"lr": rates}))
    assert panel.empty_text == ""


def test_a_confusion_matrix_says_why_there_is_none(make: Make) -> None:
    panel = make("confusion")
    for found, words in (
        (fakes.spelled(), "at every step of a sequence"),
        (fakes.remade(), "make its input again"),
        (fakes.prices(), "values, not classes"),
    ):
        panel.controller.send(fakes.snapshot(predictions=found))
        assert words in panel.empty_text


def test_the_axes_of_codes_are_the_neurons_of_the_node(make: Make) -> None:
    for key, wanted in (
        ("codes", {"codes": fakes.codes()}),
        ("latent", {"latent": fakes.latent()}),
    ):
        panel = make(key)
        panel.controller.send(fakes.snapshot(**wanted))
        view = panel.cloud if key == "codes" else panel.map
        frame = view.frame(theme.current())
        assert (frame.x_label, frame.y_label) == ("neuron 0", "neuron 1")

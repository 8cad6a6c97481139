"""A design opens with a card in the inspector, and the training is one press away."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from gui.first_look import telling_card
from model import files
from model.graph import NetworkGraph
from model.shapes import infer
from tests.gui.shell.conftest import MakeWindow, example


@pytest.mark.parametrize(
    ("name", "card"),
    [
        ("mnist_mlp", "dropout_1"),  # as in the picture of the window
        ("breast_cancer_dropout", "dropout_1"),
        ("xor", "dense_1"),
    ],
)
def test_an_example_opens_with_its_most_telling_card_selected(
    make_window: MakeWindow, qtbot, name: str, card: str
):
    window = make_window(example(name))
    qtbot.waitUntil(lambda: window.view.selected_ids() == (card,))
    assert window.inspector.shown_ids == (card,)
    assert not window.document.is_modified
    assert window.document.stack.count() == 0


def test_every_example_has_a_card_to_begin_with():
    for found in files.examples():
        graph = NetworkGraph(files.read_design(found.path))
        card = telling_card(graph, infer(graph))
        assert card is not None, found.path.stem
        assert graph.node(card).layer.category != "data"


def test_an_empty_design_shows_the_training(make_window: MakeWindow, qtbot):
    window = make_window(example("xor"))
    qtbot.waitUntil(lambda: bool(window.inspector.shown_ids))
    window.document.new()
    qtbot.wait(50)
    assert window.inspector.shown_ids == ()
    assert telling_card(window.document.graph, window.document.inference) is None


def test_what_a_person_has_selected_meanwhile_stays_selected(make_window: MakeWindow, qtbot):
    window = make_window(example("xor"))
    window.view.select(("data_1",))
    qtbot.wait(300)
    assert window.view.selected_ids() == ("data_1",)


def test_the_settings_of_the_training_are_one_press_away(make_window: MakeWindow, qtbot):
    window = make_window(example("xor"))
    button = window.inspector.header.training_button
    qtbot.waitUntil(button.isVisible)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert window.inspector.shown_ids == ()
    assert window.inspector.header._title.full_text() == "Training"
    assert not button.isVisible()

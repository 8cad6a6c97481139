"""Steps in the undo menu name a field as the lecture does."""

from __future__ import annotations

import pytest

from model import editing
from model.graph import NetworkGraph
from model.layers.dense import Dense
from model.layers.dropout import Dropout
from model.symbols import in_text, named


@pytest.mark.parametrize(
    ("symbol", "text"),
    [
        (r"\rho", "ρ"),
        (r"\lambda_2", "λ₂"),
        (r"\beta_1", "β₁"),
        ("B", "B"),
        ("", ""),
        (r"\nonsense", r"\nonsense"),
    ],
)
def test_symbols_become_letters(symbol, text):
    assert in_text(symbol) == text


def test_a_symbol_that_is_the_name_is_not_said_twice():
    assert named("p", "p") == "p"
    assert named("lr", r"\rho") == "learning rate ρ"
    assert named("use_bias") == "use bias"


def test_undo_texts_of_fields_carry_the_symbol():
    graph = NetworkGraph()
    graph.apply(editing.add_node(graph, Dense(units=4), 0, 0).changes)
    graph.apply(editing.add_node(graph, Dropout(), 0, 0).changes)
    assert editing.set_training(graph, {"lr": 0.5}).text == "Set learning rate ρ"
    assert editing.set_training(graph, {"l2": 0.5}).text == "Set L2 penalty λ₂"
    assert editing.set_training(graph, {"batch_size": 8}).text == "Set batch size B"
    assert editing.set_fields(graph, "dense_1", {"units": 8}).text == "Set units n of Dense 4"
    assert editing.set_fields(graph, "dropout_1", {"p": 0.2}).text == "Set p of Dropout"

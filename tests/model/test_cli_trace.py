"""The verb trace, called as main.py calls it."""

from __future__ import annotations

import json

import pytest

from model.cli import main
from model.files import examples_folder

CHAIN = str(examples_folder() / "chain_rule.json")
Capture = pytest.CaptureFixture[str]


def test_trace_gives_every_node_as_json(capsys: Capture):
    assert main(["trace", CHAIN, "--json"]) == 0
    nodes = json.loads(capsys.readouterr().out)["nodes"]
    assert nodes["x"]["out"] == 5
    assert nodes["x"]["h"] == {"w": 1}
    assert nodes["z"]["delta"]["y"] == pytest.approx(6.4377516, abs=5e-8)
    assert nodes["y"]["delta"]["x"] == pytest.approx(1.2875503, abs=5e-8)
    assert nodes["x"]["delta"]["w"] == pytest.approx(2.5751007, abs=5e-8)
    assert nodes["w"]["grads"]["theta"] == nodes["w"]["delta_arriving"]


def test_trace_shows_people_a_table(capsys: Capture):
    assert main(["trace", CHAIN]) == 0
    shown = capsys.readouterr().out
    assert "6.4377516" in shown
    assert "4.1805808" in shown


def test_trace_of_one_item_of_a_batch_says_which(capsys: Capture):
    assert main(["trace", str(examples_folder() / "iris.json"), "--item", "3"]) == 0
    assert "shown is item 3" in capsys.readouterr().out


def test_trace_refuses_an_item_that_is_not_there(capsys: Capture):
    assert main(["trace", CHAIN, "--item", "1"]) == 1
    assert "no item 1" in capsys.readouterr().err
    assert main(["trace", CHAIN, "--item", "-1"]) == 2

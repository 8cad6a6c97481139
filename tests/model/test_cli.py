"""The verbs train, check and examples, called as main.py calls them."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from model.cli import main
from model.design import Design, Node, Wire
from model.files import examples, examples_folder, write_design
from model.layers.dense import Dense
from model.layers.source import DataSource
from model.trainer import Trainer

ROOT = Path(__file__).resolve().parents[2]
IRIS = str(examples_folder() / "iris.json")
CURVE = str(examples_folder() / "curve_regression.json")
Capture = pytest.CaptureFixture[str]


def json_lines(capsys: Capture) -> list[dict[str, Any]]:
    captured = capsys.readouterr()
    assert captured.err == ""
    return [json.loads(line) for line in captured.out.splitlines()]


def refusal(capsys: Capture, *argv: str, code: int = 1) -> str:
    assert main(list(argv)) == code
    said = capsys.readouterr().err
    assert len(said.splitlines()) == 1
    return said


# train


def test_training_gives_one_line_an_epoch_and_the_test_figures_with_the_last(capsys: Capture):
    assert main(["train", IRIS, "--epochs", "3", "--json"]) == 0
    lines = json_lines(capsys)
    figures = ["loss", "val_loss", "accuracy", "val_accuracy", "steps_per_second"]
    assert [list(line)[:7] for line in lines] == [["epoch", "step", *figures]] * 3
    assert [line["epoch"] for line in lines] == [1, 2, 3]
    # 150 flowers, 60 % of them for training, in batches of 16: 90 / 16 rounded up
    assert [line["step"] for line in lines] == [6, 12, 18]
    assert lines[-1]["loss"] < lines[0]["loss"]
    assert all("done" not in line for line in lines[:-1])
    assert lines[-1]["done"] is True
    assert 0 <= lines[-1]["test_accuracy"] <= 1
    assert lines[-1]["test_loss"] > 0


def test_regression_has_no_accuracy(capsys: Capture):
    assert main(["train", CURVE, "--epochs", "1", "--json"]) == 0
    (line,) = json_lines(capsys)
    assert [key for key in line if "accuracy" in key] == []
    assert line["test_loss"] > 0


def test_steps_end_within_an_epoch(capsys: Capture):
    assert main(["train", IRIS, "--steps", "8", "--json"]) == 0
    lines = json_lines(capsys)
    assert [(line["epoch"], line["step"]) for line in lines] == [(1, 6), (2, 8)]
    assert lines[-1]["done"] is True


def test_without_a_number_the_design_says_how_long_and_else_ten_epochs(capsys: Capture):
    assert main(["train", IRIS, "--set", "training.epochs=2", "--json"]) == 0
    assert len(json_lines(capsys)) == 2
    assert main(["train", IRIS, "--set", "training.epochs=0", "--json"]) == 0
    assert len(json_lines(capsys)) == 10


def figures_of(capsys: Capture, *more: str) -> list[dict[str, Any]]:
    assert main(["train", IRIS, "--epochs", "2", "--json", *more]) == 0
    return [
        {key: value for key, value in line.items() if key != "steps_per_second"}
        for line in json_lines(capsys)
    ]


def test_the_same_seed_gives_the_very_same_figures_and_another_gives_others(capsys: Capture):
    first = figures_of(capsys, "--seed", "7")
    assert figures_of(capsys, "--seed", "7") == first
    other = figures_of(capsys, "--seed", "8")
    assert other[0]["loss"] != first[0]["loss"]
    assert other[-1]["seed"] == 8


def test_fields_of_nodes_and_training_can_be_set(capsys: Capture):
    plain = figures_of(capsys)
    by_id = figures_of(capsys, "--set", "dense_1.units=4")
    assert by_id != plain
    assert figures_of(capsys, "--set", "Dense 16.units=4") == by_id
    changed = figures_of(
        capsys,
        *("--set", "training.momentum=0.5"),
        *("--set", "training.optimizer=momentum"),
        *("--set", "training.batch_size=90", "--set", "data_1.features=[2, 3]"),
    )
    assert [line["step"] for line in changed] == [1, 2]


def test_a_table_and_the_test_figures_are_shown_to_people(capsys: Capture):
    assert main(["train", IRIS, "--epochs", "30"]) == 0
    shown = capsys.readouterr().out
    assert re.search(r"│\s+1 │\s+6 │", shown)
    assert re.search(r"│\s+30 │\s+180 │", shown)
    assert len(shown.splitlines()) < 30, "long trainings are thinned out"
    assert re.search(r"Test part: loss \d.*accuracy \d+\.\d%", shown)


@pytest.mark.parametrize(
    ("assignment", "words"),
    [
        ("nothing", "NODE.FIELD=VALUE"),
        ("dense_1=3", "NODE.FIELD=VALUE"),
        ("ghost.units=3", "no node ghost. There are: training, data_1 (Iris), dense_1 (Dense 16)"),
        ("dense_1.size=3", "has no field 'size'. Its fields are: units, use_bias, initializer"),
        ("dense_1.units=many", "units"),
        ("dense_1.units=0", "units"),
        ("training.speed=3", "has no field 'speed'. Its fields are: lr"),
        ("training.optimizer=magic", "no optimiser named 'magic'"),
        ("training.lr=NaN", "lr"),
    ],
)
def test_an_assignment_that_cannot_be_made_is_refused(capsys: Capture, assignment: str, words: str):
    said = refusal(capsys, "train", IRIS, "--set", assignment)
    assert words in said
    assert "--set" in said


def test_a_name_that_two_nodes_bear_is_refused(capsys: Capture):
    two = str(examples_folder() / "xor.json")
    said = refusal(capsys, "train", two, "--set", "Dense 8.units=3")
    assert "2 nodes are called Dense 8: dense_1, dense_2" in said


def test_with_json_a_fault_is_an_object_too(capsys: Capture, tmp_path: Path):
    assert main(["train", str(tmp_path / "gone.json"), "--json"]) == 1
    captured = capsys.readouterr()
    found = json.loads(captured.out)
    assert "gone.json cannot be opened" in found["error"]
    assert set(found) == {"error", "hint", "node"}
    assert "gone.json" in captured.err


def test_a_loss_that_stops_being_a_number_is_named_with_its_node(capsys: Capture):
    call = [
        "train",
        CURVE,
        "--json",
        "--set",
        "training.optimizer=sgd",
        "--set",
        "training.lr=1000",
    ]
    assert main(call) == 1
    *_, last = capsys.readouterr().out.splitlines()
    assert "Training stopped at step" in json.loads(last)["error"]
    assert json.loads(last)["node"]


def test_memory_that_runs_out_is_one_sentence(capsys: Capture, monkeypatch: pytest.MonkeyPatch):
    def run_out(_trainer: Trainer) -> None:
        raise MemoryError

    monkeypatch.setattr(Trainer, "step", run_out)
    assert "not enough memory" in refusal(capsys, "train", IRIS)


def test_a_design_that_cannot_run_is_refused(capsys: Capture, tmp_path: Path):
    path = tmp_path / "half.json"
    write_design(path, Design(nodes={"dense_1": Node(layer=Dense())}))
    assert "data" in refusal(capsys, "train", str(path))


@pytest.mark.parametrize(
    "argv",
    [
        ["train"],
        ["train", IRIS, "--epochs", "0"],
        ["train", IRIS, "--epochs", "some"],
        ["train", IRIS, "--epochs", "2", "--steps", "3"],
        ["train", IRIS, "--seed", "-1"],
        ["check"],
        ["examples", "--loud"],
    ],
)
def test_a_wrong_call_gets_one_sentence_and_exit_code_2(capsys: Capture, argv: list[str]):
    assert "--help" in refusal(capsys, *argv, code=2)


@pytest.mark.parametrize("verb", ["train", "check", "examples"])
def test_every_verb_explains_its_options(capsys: Capture, verb: str):
    assert main([verb, "--help"]) == 0
    assert "--json" in capsys.readouterr().out


def test_ctrl_c_ends_with_130_and_no_traceback(capsys: Capture, monkeypatch: pytest.MonkeyPatch):
    def interrupted(self: Trainer) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Trainer, "step", interrupted)
    assert "Stopped" in refusal(capsys, "train", IRIS, code=130)


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX systems")
def test_ctrl_c_in_a_real_process_ends_it_cleanly():
    command = [sys.executable, "main.py", "train", IRIS, "--epochs", "1000000", "--json"]
    pipe = subprocess.PIPE
    heard = signal.signal(signal.SIGINT, signal.SIG_DFL)  # a run in the background ignores it
    try:
        started = subprocess.Popen(command, cwd=ROOT, stdout=pipe, stderr=pipe, text=True)
    finally:
        signal.signal(signal.SIGINT, heard)
    with started as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=20)
    assert process.returncode == 130
    assert said == "deltaboard: Stopped.\n"


@pytest.mark.skipif(os.name != "posix", reason="pipes of POSIX systems")
def test_a_reader_that_has_had_enough_causes_no_traceback():
    command = [sys.executable, "main.py", "train", IRIS, "--epochs", "20000", "--json"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdout=pipe, stderr=pipe, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.wait(20) == 1
        assert process.stderr.read() == ""


# check


def test_check_describes_every_node(capsys: Capture):
    assert main(["check", str(examples_folder() / "mnist_mlp.json"), "--json"]) == 0
    (found,) = json_lines(capsys)
    nodes = {node["id"]: node for node in found["nodes"]}
    assert found["problems"] == []
    assert nodes["data_1"]["type"] == "data"
    assert nodes["flatten_1"]["in_shapes"] == [[28, 28]]
    assert nodes["flatten_1"]["out_shape"] == [784]
    assert nodes["dense_1"]["parameters"] == 784 * 128 + 128
    assert nodes["dense_1"]["parameter_shapes"] == {"W": [784, 128], "b": [128]}
    assert nodes["batch_norm_1"]["parameters"] == 2 * 128
    assert nodes["softmax_cross_entropy_1"]["in_shapes"] == [[10], []]
    assert nodes["softmax_cross_entropy_1"]["out_shape"] == []
    # the parameters of the picture's cards: 100,480 and 256 and 1,290
    assert found["parameters"] == 100_480 + 256 + 1_290


@pytest.fixture
def broken(tmp_path: Path) -> str:
    """Pictures wired to a Dense layer, and nothing that says what is right."""
    path = tmp_path / "broken.json"
    nodes = {
        "data_1": Node(layer=DataSource(dataset="mnist")),
        "dense_1": Node(layer=Dense(), name="bad \x1b[31m name"),
    }
    write_design(path, Design(nodes=nodes, wires=(Wire("data_1", "x", "dense_1", "h"),)))
    return str(path)


def test_check_lists_problems_with_node_and_hint_and_exits_with_1(capsys: Capture, broken: str):
    assert main(["check", broken, "--json"]) == 1
    (found,) = json_lines(capsys)
    shapes, loss = found["problems"]
    assert shapes["node"] == "dense_1"
    assert "28 × 28" in shapes["message"]
    assert "Flatten" in shapes["hint"]
    assert loss["node"] == ""
    assert {node["id"]: node["out_shape"] for node in found["nodes"]}["dense_1"] is None


def test_check_shows_people_a_table_and_no_control_characters(capsys: Capture, broken: str):
    assert main(["check", IRIS]) == 0
    assert "ready to train" in capsys.readouterr().out
    assert main(["check", broken]) == 1
    shown = capsys.readouterr().out
    assert "dense_1" in shown
    assert "Flatten" in shown
    assert "\x1b" not in shown


def test_check_of_a_damaged_file_is_one_sentence(capsys: Capture, tmp_path: Path):
    path = tmp_path / "bad.json"
    path.write_bytes(b"{")
    assert "bad.json" in refusal(capsys, "check", str(path))


# examples


def test_examples_are_listed_with_path_and_description(capsys: Capture):
    assert main(["examples", "--json"]) == 0
    (found,) = json_lines(capsys)
    assert [each["name"] for each in found] == [example.name for example in examples()]
    assert all(Path(each["path"]).is_file() and each["description"] for each in found)
    assert main(["examples"]) == 0
    shown = capsys.readouterr().out
    assert all(each["name"] in shown for each in found)

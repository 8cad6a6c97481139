"""The examples that come with the program: each opens, is ready to run, and learns."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from model.files import Example, examples, examples_folder, read_design, to_bytes
from model.files.examples import DESCRIPTION_NOTE
from model.graph import NetworkGraph
from model.shapes import infer
from model.trainer import Trainer

EXAMPLES = {example.name: example for example in examples()}
WANTED = (
    "xor",
    "spiral",
    "iris",
    "breast_cancer",
    "breast_cancer_dropout",
    "mnist_mlp",
    "curve_regression",
    "two_branches",
)

each = pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES)


def test_all_promised_examples_are_there():
    assert [name for name in WANTED if name not in EXAMPLES] == []
    assert {example.path for example in EXAMPLES.values()} == set(examples_folder().glob("*.json"))


@each
def test_an_example_has_a_title_and_a_description_of_one_line(example: Example):
    assert example.title
    assert example.title != example.name
    assert 10 < len(example.description) < 80
    assert "\n" not in example.description


@each
def test_an_example_is_ready_to_run(example: Example):
    design = read_design(example.path)
    assert infer(NetworkGraph(design)).problems == ()
    assert design.training.epochs > 0, "it stops by itself"


@each
def test_the_note_of_an_example_says_what_to_look_for(example: Example):
    note = read_design(example.path).notes[DESCRIPTION_NOTE]
    title, *paragraphs = note.text.split("\n")
    assert title.startswith(f"{example.title}: ")
    assert len(paragraphs) >= 2
    assert all(paragraph.endswith(".") for paragraph in paragraphs)


@each
def test_the_file_of_an_example_is_what_the_program_itself_would_save(example: Example):
    graph = NetworkGraph(read_design(example.path))
    assert example.path.read_bytes() == to_bytes(graph.design())


@each
def test_cards_of_an_example_do_not_start_on_top_of_one_another(example: Example):
    design = read_design(example.path)
    places = [(item.x, item.y) for item in (*design.nodes.values(), *design.notes.values())]
    for k, (x, y) in enumerate(places):
        others = places[k + 1 :]
        assert all(abs(x - left) >= 180 or abs(y - top) >= 66 for left, top in others)


@each
def test_an_example_learns_from_its_first_steps(example: Example):
    trainer = Trainer(NetworkGraph(read_design(example.path)))
    before = trainer.evaluate("training").loss
    for _ in range(40):
        trainer.step()
    after = trainer.evaluate("training").loss
    assert np.isfinite(after)
    assert after < before


def test_the_dropout_pair_differs_in_dropout_only():
    plain, dropout = (
        read_design(EXAMPLES[name].path) for name in ("breast_cancer", "breast_cancer_dropout")
    )
    assert plain.training == dropout.training
    kept = {key: node.layer for key, node in dropout.nodes.items() if "dropout" not in key}
    assert {key: node.layer for key, node in plain.nodes.items()} == kept


def test_deltas_of_the_vanishing_example_shrink_from_layer_to_layer():
    trainer = Trainer(NetworkGraph(read_design(EXAMPLES["vanishing_delta"].path)))
    for _ in range(10):
        trainer.step()
    assert trainer.run is not None
    deltas = [trainer.run.at[f"dense_{k}"].delta_out for k in range(1, 7)]
    sizes = [float(np.sqrt(np.mean(delta**2))) for delta in deltas]
    assert sizes == sorted(sizes)
    assert sizes[-1] > 1000 * sizes[0]


def test_an_example_without_a_known_name_is_listed_too(tmp_path: Path):
    content = EXAMPLES["xor"].path.read_bytes()
    (tmp_path / "xor.json").write_bytes(content)
    (tmp_path / "a_new_one.json").write_bytes(content)
    assert [example.name for example in examples(tmp_path)] == ["xor", "a_new_one"]

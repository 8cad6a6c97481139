"""The examples that come with the program: each opens, is ready to run, and learns."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from model.files import Example, examples, examples_folder, read_design, to_bytes
from model.files.examples import DESCRIPTION_NOTE
from model.graph import NetworkGraph
from model.layers.dense import Dense
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
    "autoencoder",
    "denoising_autoencoder",
    "autoencoder_2d",
    "variational_autoencoder",
    "mnist_cnn",
    "long_memory",
    "character_model",
    "time_series",
    "transformer_reverse",
    "transformer_addition",
    "residual_20",
    "plain_20",
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


def test_the_pair_of_twenty_layers_differs_in_skip_connections_only():
    plain, residual = (read_design(EXAMPLES[name].path) for name in ("plain_20", "residual_20"))
    assert plain.training == residual.training
    kept = {key: node.layer for key, node in residual.nodes.items() if "add" not in key}
    assert {key: node.layer for key, node in plain.nodes.items()} == kept
    assert sum(isinstance(layer, Dense) for layer in kept.values()) == 20


def test_twenty_layers_learn_with_skip_connections_and_hardly_without():
    reached = {}
    for name in ("plain_20", "residual_20"):
        trainer = Trainer(NetworkGraph(read_design(EXAMPLES[name].path)))
        for _ in range(5):
            trainer.run_epoch()
        reached[name] = trainer.evaluate("validation").accuracy
    assert reached["residual_20"] > 0.8
    assert reached["plain_20"] < 0.5


def test_the_delta_of_the_simple_rnn_vanishes_over_sixty_steps_and_that_of_the_lstm_does_not():
    trainer = Trainer(NetworkGraph(read_design(EXAMPLES["long_memory"].path)))
    for _ in range(10):
        trainer.step()
    assert trainer.run is not None
    shares = {}
    for key in ("simple_rnn_1", "lstm_1"):
        node = trainer.graph.node(key)
        shown = node.layer.view(trainer.run.at[key], 0, 0)["delta_by_step"]
        shares[key] = shown[0] / shown[-1]
    assert shares["simple_rnn_1"] < 1e-10
    assert shares["lstm_1"] > 1e-4


def test_the_autoencoder_beats_as_many_principal_components_on_unseen_digits():
    trainer = Trainer(NetworkGraph(read_design(EXAMPLES["autoencoder"].path)))
    for _ in range(40):
        trainer.run_epoch()
    pictures = trainer.feeding.sources["data_1"].arrays["x"].reshape(-1, 64).astype(np.float64)
    training, test = (pictures[trainer.part(name)] for name in ("training", "test"))
    mean = training.mean(axis=0)
    axes = np.linalg.svd(training - mean, full_matrices=False)[2][:8]
    error = np.square((test - mean) @ axes.T @ axes + mean - test).mean()
    assert trainer.evaluate("test").loss < error


def test_the_transformer_reverses_rows_that_it_has_never_seen():
    trainer = Trainer(NetworkGraph(read_design(EXAMPLES["transformer_reverse"].path)))
    for _ in range(4):
        trainer.run_epoch()
    assert trainer.evaluate("test").accuracy == 1.0


def test_an_example_without_a_known_name_is_listed_too(tmp_path: Path):
    content = EXAMPLES["xor"].path.read_bytes()
    (tmp_path / "xor.json").write_bytes(content)
    (tmp_path / "a_new_one.json").write_bytes(content)
    assert [example.name for example in examples(tmp_path)] == ["xor", "a_new_one"]

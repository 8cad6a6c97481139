"""What networks make: the plan run from a node onward, texts, codes and latent maps."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from model.answering import outcome, target_port
from model.chance import stream
from model.codes import codes, latent_map
from model.design import Design, Node, Wire
from model.feeding import Source
from model.generation import cut_off, default_prompt, draw, run_from, sample, write, writer_of
from model.graph import NetworkGraph
from model.layer import Layer, Loss
from model.layers.dense import Dense
from model.layers.embedding import Embedding
from model.layers.losses import BinaryCrossEntropy, SoftmaxCrossEntropy
from model.layers.lstm import LSTM
from model.layers.merge import Add
from model.layers.reshape import Flatten, Reshape
from model.layers.sequence_losses import SequenceCrossEntropy
from model.layers.source import DataSource
from model.observing import take_snapshot
from model.settings import TrainingSettings
from model.snapshot import SnapshotRequest
from model.trainer import Trainer


def row(loss: Loss, *layers: Layer, target: tuple[str, str] = ("n0", "y")) -> NetworkGraph:
    """A chain n0, n1 ... with a loss at its end."""
    nodes = {f"n{i}": Node(layer=layer) for i, layer in enumerate(layers)}
    wires = [Wire(f"n{i}", "h" if i else "x", f"n{i + 1}", "h") for i in range(len(layers) - 1)]
    wires += [
        Wire(f"n{len(layers) - 1}", "h", "loss", "prediction"),
        Wire(*target, "loss", "target"),
    ]
    nodes["loss"] = Node(layer=loss)
    settings = TrainingSettings(batch_size=16, seed=3)
    return NetworkGraph(Design(nodes=nodes, wires=tuple(wires), training=settings))


def autoencoder() -> NetworkGraph:
    data = DataSource(dataset="digits", scaling="unit", target="inputs")
    layers = (Flatten(), Dense(units=2), Dense(units=64), Reshape(shape=(8, 8)))
    return row(BinaryCrossEntropy(), data, *layers)


def speller(dataset: str, tokens: int, **fields: Any) -> NetworkGraph:
    data = DataSource(dataset=dataset, **fields)
    layers = (Embedding(units=4), LSTM(units=6), Dense(units=tokens, each_step=True))
    return row(SequenceCrossEntropy(), data, *layers)


def trained(graph: NetworkGraph, steps: int = 3) -> Trainer:
    trainer = Trainer(graph)
    for _ in range(steps):
        trainer.step()
    return trainer


def only(trainer: Trainer) -> Source:
    return next(iter(trainer.feeding.sources.values()))


def test_the_plan_from_a_node_onward_gives_what_the_whole_plan_gives():
    trainer = trained(autoencoder())
    run = trainer.plan.bind(5, is_training=False)
    run.load(trainer.feeding.arrays(), np.arange(5))
    run.forward()
    expected, code = outcome(run), run.at["n2"].out.copy()
    run.load(trainer.feeding.arrays(), np.arange(20, 25))
    run.forward()
    assert np.array_equal(run_from(trainer, "n2", code), expected)


def test_a_node_beside_which_a_skip_connection_runs_decides_nothing_alone():
    graph = row(
        SoftmaxCrossEntropy(), DataSource(dataset="iris"), Dense(units=3), Dense(units=3), Add()
    )
    design = graph.design()
    skip = Wire("n1", "h", "n3", "h", 1)
    graph = NetworkGraph(
        Design(nodes=design.nodes, wires=(*design.wires, skip), training=design.training)
    )
    trainer = trained(graph)
    assert cut_off(trainer, "n1") == {"n2", "n3", "loss"}
    assert cut_off(trainer, "n2") == frozenset()
    with pytest.raises(ValueError, match="n2 does not decide"):
        run_from(trainer, "n2", np.zeros((1, 3)))


@pytest.mark.parametrize("graph", [autoencoder(), speller("text", 59)], ids=["pictures", "text"])
def test_looking_at_what_a_network_makes_changes_nothing_that_it_learns(graph: NetworkGraph):
    wants = frozenset({"codes", "latent", "samples", "predictions"})
    alone, watched = Trainer(graph), Trainer(graph)
    for _ in range(4):
        alone.step()
        take_snapshot(watched, SnapshotRequest(wants=wants))
        watched.step()
    assert alone.plan.theta.tobytes() == watched.plan.theta.tobytes()


def test_the_same_step_writes_the_same_text_and_another_temperature_another():
    trainer = trained(speller("text", 59))
    first, again = sample(trainer, "The "), sample(trainer, "The ")
    assert first == again
    assert first is not None
    assert first.prompt == "The "
    assert len(first.text) == 160
    bold = sample(trainer, "The ", temperature=2.0)
    assert bold is not None
    assert bold.text != first.text


def test_a_greedy_text_takes_the_likeliest_token_each_time():
    trainer = trained(speller("text", 59))
    writer = writer_of(trainer)
    assert writer is not None
    text = write(writer, "ab", 3, 0.0, stream(0, "test"))
    written = [writer.tokens.index(character) for character in "ab"]
    for character in text:
        assert writer.tokens[int(np.argmax(writer.scores(written)))] == character
        written.append(writer.tokens.index(character))


def test_a_long_text_sees_only_as_far_back_as_the_network_does():
    writer = writer_of(trained(speller("text", 59, steps=5)))
    assert writer is not None
    assert np.array_equal(writer.scores([9, 9, 1, 2, 3, 4, 5]), writer.scores([1, 2, 3, 4, 5]))


def test_unknown_characters_of_a_prompt_are_passed_over():
    writer = writer_of(trained(speller("text", 59)))
    assert writer is not None
    texts = [write(writer, prompt, 5, 0.0, stream(0, "test")) for prompt in ("a%b", "ab")]
    assert texts[0] == texts[1]


def test_tokens_are_drawn_as_often_as_they_are_likely():
    rng = np.random.default_rng(5)
    drawn = [draw(np.log([0.2, 0.5, 0.3]), 1.0, rng) for _ in range(4000)]
    assert np.bincount(drawn) / 4000 == pytest.approx([0.2, 0.5, 0.3], abs=0.03)
    assert draw(np.log([0.2, 0.5, 0.3]), 0.0, rng) == 1


def test_a_sum_is_asked_for_up_to_its_equals_sign_and_answered_in_four_digits():
    trainer = trained(speller("addition", 12, size=200))
    writer, found = writer_of(trainer), sample(trainer)
    assert writer is not None
    assert found is not None
    assert default_prompt(writer).endswith("=")
    assert len(found.prompt) == 8
    assert len(found.text) == 4


def test_a_network_that_does_not_look_ahead_writes_no_text():
    assert sample(trained(speller("reverse", 10))) is None
    assert sample(trained(autoencoder())) is None


def test_codes_are_the_output_of_the_narrowest_node_over_the_validation_part():
    trainer = trained(autoencoder())
    found = codes(trainer)
    assert found is not None
    assert (found.node_id, found.width) == ("n2", 2)
    indices = trainer.part("validation")[: len(found.points)]
    flat = only(trainer).arrays["x"][indices].reshape(len(indices), -1)
    by_hand = flat @ trainer.parameters("n2")["W"] + trainer.parameters("n2")["b"]
    assert np.allclose(found.points, by_hand, atol=1e-5)
    assert np.array_equal(found.labels, only(trainer).data.y[indices])
    other = codes(trainer, "n3")
    assert other is not None
    assert (other.node_id, other.width) == ("n3", 64)


def test_the_latent_map_is_the_decoder_on_a_grid_in_raw_brightness():
    trainer = trained(autoencoder())
    found = latent_map(trainer)
    assert found is not None
    assert found.pictures.shape == (12, 12, 8, 8)
    code = np.array([found.x[3], found.y[7]])
    raised = code @ trainer.parameters("n3")["W"] + trainer.parameters("n3")["b"]
    expected = 16 / (1 + np.exp(-raised))  # digits are given as 0 to 16
    assert np.allclose(found.pictures[7, 3].ravel(), expected, atol=1e-3)


def test_a_classifier_has_no_latent_map():
    graph = row(
        SoftmaxCrossEntropy(), DataSource(dataset="digits"), Flatten(), Dense(units=2), Dense()
    )
    design = graph.design()
    nodes = design.nodes | {"n3": Node(layer=Dense(units=10))}
    trainer = trained(
        NetworkGraph(Design(nodes=nodes, wires=design.wires, training=design.training))
    )
    assert latent_map(trainer) is None


def test_an_autoencoder_has_reconstructions_and_no_confusion_matrix():
    trainer = trained(autoencoder())
    found = take_snapshot(trainer, SnapshotRequest(wants=frozenset({"predictions"}))).predictions
    assert found is not None
    assert found.is_reconstruction
    assert found.confusion is None
    assert found.classes == ()
    assert np.array_equal(found.inputs, found.targets)
    assert found.outcomes.shape == (12, 64)
    assert found.outcomes.max() <= 16


def test_a_loss_wired_to_the_inputs_is_no_judge_of_labels():
    data = DataSource(dataset="iris")
    graph = row(BinaryCrossEntropy(), data, Dense(units=4), target=("n0", "x"))
    assert target_port(graph, "loss") == "x"
    trainer = trained(graph)
    found = take_snapshot(trainer, SnapshotRequest(wants=frozenset({"predictions"}))).predictions
    assert found is not None
    assert found.is_reconstruction
    assert found.confusion is None


def test_sequences_are_answered_token_by_token():
    trainer = trained(speller("reverse", 10))
    found = take_snapshot(trainer, SnapshotRequest(wants=frozenset({"predictions"}))).predictions
    assert found is not None
    assert found.answers is not None
    assert found.confusion is None
    assert found.answers.shape == found.targets.shape == (12, 10)
    assert np.array_equal(found.targets, found.inputs[:, ::-1])

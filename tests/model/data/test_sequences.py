"""Sequence sets: each is what its description says, in every item."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.data import info_of, load
from model.data.sequence_catalogue import TEXT_TOKENS
from model.data.sequences import IGNORED, SEQUENCES, read_text
from model.design import Wire
from model.errors import DataError, WireError
from model.feeding import prepare
from model.layer import Spec
from model.layers.activations import Sigmoid
from model.layers.dense import Dense
from model.layers.losses import MeanSquaredError
from model.layers.reshape import Flatten
from model.layers.source import DataSource
from model.observing import take_snapshot
from model.shapes import infer
from model.snapshot import SnapshotRequest
from model.trainer import Trainer
from model.wiring import check_wire
from tests.model.samples import build


@pytest.mark.parametrize("key", SEQUENCES)
@given(size=st.integers(2, 40), noise=st.floats(0, 1), steps=st.integers(2, 30))
def test_a_generator_returns_exactly_the_items_and_steps_asked_for(
    key: str, size: int, noise: float, steps: int
):
    info = info_of(key)
    steps = steps if info.steps_range[1] else info.x_shape[0]
    info = info.with_steps(steps)
    x, y = SEQUENCES[key](size, noise, steps, np.random.default_rng(1))
    assert x.shape == (size, *info.x_shape)
    assert y.shape == (size, *info.y_shape)
    if info.x_classes:
        assert x.dtype == np.int64
        assert 0 <= x.min() <= x.max() < info.x_classes
    if info.y_classes:
        assert IGNORED <= y.min() <= y.max() < info.y_classes


def test_reverse_read_backwards_is_what_came_in():
    found = load("reverse", size=50, steps=7)
    for row, target in zip(found.x, found.y, strict=True):
        assert found.info.text_of(row)[::-1] == found.info.text_of(target)


def test_every_sum_is_right_and_asked_for_behind_the_equals_sign_only():
    found = load("addition", size=500)
    for row, target in zip(found.x, found.y, strict=True):
        asked, answer = found.info.text_of(row), found.info.text_of(target)
        first, second = asked[:7].split("+")
        assert asked[7] == "="
        assert answer[:7] == "·" * 7
        assert int(answer[7:][::-1]) == int(first) + int(second)
        assert asked[8:] == answer[7:-1]  # a decoder is told the digits that it has written
    assert len({tuple(row[:7]) for row in found.x}) == 500


def test_the_class_of_a_long_memory_is_its_first_symbol():
    found = load("long_memory", size=200, steps=9)
    np.testing.assert_array_equal(found.y, found.x[:, 0])
    assert np.bincount(found.y).tolist() == [50] * 4
    assert np.bincount(found.x[:, 1:].ravel()).min() > 300  # 1600 symbols that tell nothing


def test_the_next_value_of_the_wave_continues_its_window():
    found = load("time_series", size=20, noise=0.0)
    whole = np.hstack([found.x[:, :, 0], found.y])
    # a sum of two waves obeys s[t+4] = c (s[t+3] + s[t+1]) - d s[t+2] - s[t] with
    # c = 2 cos a + 2 cos b, d = 2 + 4 cos a cos b for their steps a = 2 pi / 17, b = 2 pi / 7
    a, b = np.cos(2 * np.pi / 17), np.cos(2 * np.pi / 7)
    c, d = 2 * (a + b), 2 + 4 * a * b
    expected = c * (whole[:, 3:-1] + whole[:, 1:-3]) - d * whole[:, 2:-2] - whole[:, :-4]
    np.testing.assert_allclose(whole[:, 4:], expected, atol=1e-12)
    noisy = load("time_series", size=20, noise=0.3)
    assert (noisy.x - found.x).std() == pytest.approx(0.3, abs=0.03)  # 480 draws


def test_the_windows_of_the_text_follow_each_other():
    found = load("text")
    start = (
        "From fairest creatures we desire increase,\nThat thereby beauty's rose might never die,"
    )
    read = "".join(found.info.text_of(row) for row in found.x)
    assert read.startswith(start)
    assert found.info.text_of(found.y[0]) == start[1:41]
    assert "Shall I compare thee to a summer's day?\nThou art more lovely" in read


def test_the_tokens_of_the_text_are_its_characters():
    read = Path(__file__).parents[3] / "resources" / "datasets" / "sonnets.txt"
    assert tuple(sorted(set(read.read_text(encoding="utf-8")))) == TEXT_TOKENS


@pytest.mark.parametrize("steps", [20, 33, 100])
def test_other_steps_cut_the_text_into_as_many_windows_as_fit(steps: int):
    info = info_of("text").with_steps(steps)
    found = load("text", steps=steps)
    assert len(found) == info.size == 840 * 40 // steps
    assert found.x.shape[1:] == found.y.shape[1:] == (steps,)


def test_a_damaged_text_is_refused_with_the_line_and_its_character(tmp_path: Path):
    path = tmp_path / "poem.txt"
    path.write_text("abc\nab€", encoding="utf-8")
    with pytest.raises(DataError, match=r"poem\.txt, line 2: “€”"):
        read_text(path, ("a", "b", "c", "\n"), 2)
    path.write_text("ab", encoding="utf-8")
    with pytest.raises(DataError, match="too few"):
        read_text(path, ("a", "b"), 5)
    with pytest.raises(DataError, match="cannot be read"):
        read_text(tmp_path / "none.txt", ("a",), 2)


@pytest.mark.parametrize(
    ("layer", "x", "y"),
    [
        (DataSource(dataset="reverse"), Spec((10,), 10), Spec((10,), 10)),
        (DataSource(dataset="reverse", steps=6), Spec((6,), 10), Spec((6,), 10)),
        (DataSource(dataset="addition"), Spec((11,), 12), Spec((11,), 12)),
        (DataSource(dataset="long_memory", steps=50), Spec((50,), 4), Spec((), 4)),
        (DataSource(dataset="long_memory", one_hot=True), Spec((30,), 4), Spec((4,))),
        (DataSource(dataset="time_series"), Spec((24, 1)), Spec((1,))),
        (DataSource(dataset="text"), Spec((40,), 59), Spec((40,), 59)),
        (DataSource(dataset="digits", target="inputs"), Spec((8, 8)), Spec((8, 8))),
        (DataSource(dataset="iris", target="inputs", features=(0, 2)), Spec((2,)), Spec((2,))),
    ],
    ids=lambda found: repr(found) if isinstance(found, DataSource) else "",
)
def test_what_leaves_the_ports_of_the_data(layer: DataSource, x: Spec, y: Spec):
    assert layer.out_specs() == {"x": x, "y": y}
    graph = build({"data": layer})
    arrays = prepare(graph, ("data",), np.float32).sources["data"].arrays
    for port, spec in (("x", x), ("y", y)):
        assert arrays[port].shape[1:] == spec.shape
        assert arrays[port].dtype == (np.int64 if spec.classes else np.float32)


@pytest.mark.parametrize(
    ("layer", "said"),
    [
        (DataSource(dataset="xor", steps=3), "XOR cannot have sequences of 3 steps"),
        (DataSource(dataset="time_series", features=(0,)), "no column"),
        (DataSource(dataset="reverse", features=(0,)), "no column"),
    ],
    ids=repr,
)
def test_fields_that_a_set_does_not_know_are_refused(layer: DataSource, said: str):
    with pytest.raises(DataError, match=said):
        layer.out_specs()


def test_an_autoencoder_is_judged_by_its_inputs_in_their_own_units():
    # the loss wants one shape at both ports, so the target is flattened as well
    flat = build(
        {
            "data": DataSource(dataset="digits", target="inputs", scaling="unit"),
            "rows": Flatten(),
            "code": Dense(units=4),
            "out": Dense(units=64),
            "range": Sigmoid(),
            "wanted": Flatten(),
            "loss": MeanSquaredError(),
        },
        "data.x > rows.h",
        "rows.h > code.h",
        "code.h > out.h",
        "out.h > range.h",
        "data.y > wanted.h",
        "range.h > loss.prediction",
        "wanted.h > loss.target",
    )
    trainer = Trainer(flat)
    first = trainer.evaluate("validation").loss
    trainer.run_epoch()
    assert trainer.evaluate("validation").loss < first
    found = take_snapshot(trainer, SnapshotRequest(wants=frozenset({"predictions"}))).predictions
    assert found is not None
    assert found.confusion is None
    assert found.classes == ()
    np.testing.assert_array_equal(found.targets, found.inputs)
    assert found.outcomes.max() > 1  # back in the pixels' range of 0 to 16


def test_tokens_that_meet_a_layer_for_numbers_are_refused_with_the_embedding_to_put_between():
    graph = build({"data": DataSource(dataset="reverse"), "dense": Dense()}, "data.x > dense.h")
    problem = infer(graph).problems_of("dense")[0]
    assert problem.message == "Dense 16 takes numbers, but this wire carries tokens."
    assert problem.hint == "Put an Embedding layer in front."
    loose = build({"data": DataSource(dataset="reverse"), "dense": Dense()})
    with pytest.raises(WireError, match="tokens") as raised:
        check_wire(loose, infer(loose), Wire("data", "x", "dense", "h"))
    assert raised.value.hint == problem.hint

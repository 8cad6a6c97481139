"""A trace has the numbers of the step that the training would take, and takes none itself."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from model.analysis.rehearsal import Rehearsal
from model.analysis.tracing import as_json, trace
from model.errors import DesignError
from model.files import examples_folder, read_design
from model.graph import NetworkGraph
from model.layer import Layer
from model.trainer import Trainer
from model.trainer_state import state_of
from tests.model.layers.registry import INNER, LOSSES, cases, small
from tests.model.samples import busy_net


def example(name: str) -> NetworkGraph:
    return NetworkGraph(read_design(examples_folder() / f"{name}.json"))


def test_the_chain_rule_of_the_lecture():
    # by hand: x = 2 + 3, y = log 5, z = 2 log(5)^2 - 1; 4 y = 6.4377516, / 5, times 2
    nodes = trace(example("chain_rule")).nodes
    assert list(nodes) == ["w", "x", "y", "z", "goal"]
    passed = {key: [float(each.delta) for each in node.inputs] for key, node in nodes.items()}
    assert nodes["x"].out == 5
    assert float(nodes["y"].out) == pytest.approx(1.6094379, abs=5e-8)
    assert float(nodes["z"].out) == pytest.approx(2 * math.log(5) ** 2 - 1, rel=1e-15)
    assert passed["z"] == pytest.approx([6.4377516], abs=5e-8)
    assert passed["y"] == pytest.approx([1.2875503], abs=5e-8)
    assert passed["x"] == pytest.approx([2.5751007], abs=5e-8)
    assert nodes["w"].grads["theta"] == pytest.approx(2.5751007, abs=5e-8)
    assert nodes["goal"].loss == float(nodes["z"].out)


def test_the_sine_of_a_square_has_the_slope_cos_x_squared_times_2x():
    nodes = trace(example("sin_x_squared")).nodes
    assert float(nodes["x"].delta_arriving) == pytest.approx(math.cos(1) * 2, rel=1e-15)


def test_a_trace_is_the_next_step_of_the_trainer_and_leaves_it_alone():
    trainer = Trainer(busy_net(), dtype=np.float64)
    for _ in range(3):
        trainer.step()
    before = state_of(trainer)
    found = [trace(trainer.graph, item, trainer) for item in range(5)]
    after = state_of(trainer)
    assert after.words == before.words
    for name, array in before.arrays.items():
        np.testing.assert_array_equal(after.arrays[name], array)
    trainer.step()
    assert trainer.run is not None
    for item, each in enumerate(found):
        assert each.loss == trainer.data_loss
        for key, node in each.nodes.items():
            n = trainer.run.at[key]
            if node.outs:
                np.testing.assert_array_equal(node.out, n.out[item])
            if node.delta_arriving is not None:
                np.testing.assert_array_equal(node.delta_arriving, n.delta_out[item])
            for wire, delta in zip(node.inputs, n.deltas, strict=True):
                if delta is not None:
                    np.testing.assert_array_equal(wire.delta, delta[item])
            for name, array in node.batch_grads.items():
                np.testing.assert_array_equal(array, trainer.plan.gradient(key, name))


@pytest.mark.parametrize("kind", [*INNER.values(), *LOSSES.values()], ids=[*INNER, *LOSSES])
def test_the_shares_of_all_items_add_up_to_the_gradient_of_every_layer(kind: type[Layer]):
    case = cases(small(kind), batch=3, seed=5)[0]
    found = [
        trace(Rehearsal(case.graph, case.arrays, dtype=np.float64), item).nodes for item in range(3)
    ]
    for key, node in found[0].items():
        for name, whole in node.batch_grads.items():
            shares = sum(each[key].grads[name] for each in found)
            np.testing.assert_allclose(shares, whole, rtol=1e-10, atol=1e-12)


def test_wires_of_one_port_are_told_apart():
    nodes = trace(example("two_branches")).nodes
    merge = next(node for node in nodes.values() if len(node.inputs) > 1 and node.loss is None)
    assert [each.port for each in merge.inputs] == ["h[0]", "h[1]"]


def test_a_trace_can_be_written_as_json():
    found = as_json(trace(example("digits"), 2))
    read = json.loads(json.dumps(found))
    assert read["item"] == 2
    assert set(read["nodes"]["dense_1"]) == {
        *("type", "title", "h", "out", "delta_arriving", "delta", "grads", "batch_grads")
    }
    assert read["nodes"]["dense_1"]["delta"] == {"h": None}


def test_an_item_that_is_not_there_is_refused_in_words():
    with pytest.raises(DesignError, match="no item 5: the batch has 5"):
        trace(busy_net(), 5)

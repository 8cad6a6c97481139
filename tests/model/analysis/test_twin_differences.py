"""The difference map is 0 where nothing differs, and else the relative length of what does."""

from __future__ import annotations

import math

import numpy as np
import pytest

from model import editing
from model.analysis.progress import CancelledError, Progress
from model.analysis.twin_differences import Companion, compare, relative, stand_of
from model.analysis.twin_insertion import EVERY
from model.analysis.twin_knobs import DROPOUT_ON, Alteration
from model.analysis.twins import Moment, fork, moment_of
from model.errors import DesignError
from model.graph import NetworkGraph
from model.trainer import Trainer
from tests.model.samples import busy_net, line_net, xor_net

SAME = Alteration("", "batch_size", 5)


def walked(trainer: Trainer, steps: int) -> Trainer:
    for _ in range(steps):
        trainer.step()
    return trainer


def forked(steps: int = 7) -> tuple[Trainer, Moment]:
    trainer = walked(Trainer(busy_net()), steps)
    return trainer, moment_of(trainer)


def test_relative_differences_are_lengths_over_lengths():
    a, b = np.array([3.0, 0.0]), np.array([3.0, 4.0])
    assert relative([(a, b)]) == pytest.approx(0.8)  # 4 / 5
    assert relative([(a, b), (np.array([1.0]), np.array([1.0]))]) == pytest.approx(4 / 26**0.5)
    assert relative([(b, b)]) == 0.0
    assert relative([(np.ones(2), np.zeros(2))]) == math.inf
    assert relative([(np.ones(2), np.ones(3))]) is None
    nan = relative([(np.array([np.nan]), np.ones(1))])
    assert nan is not None
    assert math.isnan(nan)


def test_a_twin_that_changes_nothing_differs_nowhere_at_any_step():
    trainer, moment = forked()
    companion = Companion(moment, SAME, 10)
    for steps in (1, 9):
        walked(trainer, steps)
        found = companion.differences(Progress(), stand_of(trainer))
        assert found.step == trainer.step_count
        assert not found.is_end
        for each in found.nodes.values():
            assert {each.h, each.delta, each.theta} <= {0.0, None}


def test_one_step_with_another_rate_is_a_difference_that_can_be_foreseen():
    """theta' = theta - rho g with the same g: they part by (rho' - rho) g, here 2 rho g."""
    net = xor_net(batch_size=0)
    trainer = Trainer(net, dtype=np.float64)
    moment = moment_of(trainer)
    before = trainer.parameters("dense_1")
    rate = trainer.settings.optimizer.lr
    walked(trainer, 1)
    found = Companion(moment, Alteration("", "lr", 3 * rate), 5).differences(
        Progress(), stand_of(trainer)
    )
    after = trainer.parameters("dense_1")
    moved = {name: after[name] - before[name] for name in after}  # of the canvas: -rho g
    apart = sum(float(np.sum((2 * each) ** 2)) for each in moved.values())
    size = sum(float(np.sum(each**2)) for each in after.values())
    assert found.nodes["dense_1"].theta == pytest.approx(math.sqrt(apart / size), rel=1e-9)
    assert found.nodes["data"].h == 0.0
    assert found.nodes["data"].theta is None
    assert found.nodes["relu_1"].theta is None


def test_h_and_delta_are_those_of_the_next_step_of_both():
    trainer, moment = forked()
    walked(trainer, 6)
    faster = Alteration("", "lr", 0.3)
    twin = fork(moment)
    twin.update(edited(moment, faster))
    walked(twin, 6)
    found = compare(twin, trainer)
    walked(trainer, 1)
    walked(twin, 1)
    np.testing.assert_array_equal(twin.indices, trainer.indices)
    assert trainer.run is not None
    assert twin.run is not None
    for key in ("dense_1", "relu_1", "dropout_1"):
        a, b = twin.run.at[key], trainer.run.at[key]
        h = np.linalg.norm(a.out - b.out) / np.linalg.norm(b.out)
        delta = np.linalg.norm(a.delta_out - b.delta_out) / np.linalg.norm(b.delta_out)
        assert found[key].h == pytest.approx(h, rel=1e-5)
        assert found[key].delta == pytest.approx(delta, rel=1e-5)


def edited(moment: Moment, alteration: Alteration) -> NetworkGraph:
    graph = NetworkGraph(moment.graph.design())
    graph.apply(editing.set_training(graph, {alteration.name: alteration.value}).changes)
    return graph


def test_nodes_that_only_the_twin_has_are_left_out():
    trainer = Trainer(xor_net())
    moment = moment_of(trainer)
    walked(trainer, 3)
    companion = Companion(moment, Alteration(EVERY, DROPOUT_ON, 0.5), 5)
    found = companion.differences(Progress(), stand_of(trainer))
    assert set(found.nodes) == set(trainer.plan.by_id)
    assert "dropout_1" not in found.nodes
    h = found.nodes["relu_1"].h
    assert h is not None
    assert h > 0


def test_before_the_canvas_goes_on_the_ends_of_the_runs_are_compared():
    trainer, moment = forked()
    companion = Companion(moment, Alteration("dropout_1", "p", 0.0), 12)
    found = companion.differences(Progress(), stand_of(trainer))
    assert found.is_end
    assert found.step == 19
    walked(trainer, 12)
    then = companion.differences(Progress(), stand_of(trainer))
    assert not then.is_end
    assert then.nodes == found.nodes


def test_when_the_canvas_goes_back_the_twin_is_led_there_anew():
    trainer, moment = forked()
    companion = Companion(moment, Alteration("", "lr", 0.3), 5)
    walked(trainer, 2)
    early = stand_of(trainer)
    first = companion.differences(Progress(), early)
    walked(trainer, 8)
    assert companion.differences(Progress(), stand_of(trainer)).nodes != first.nodes
    assert companion.differences(Progress(), early) == first


def test_an_edit_of_the_canvas_is_followed_and_other_items_are_refused():
    trainer, moment = forked()
    companion = Companion(moment, SAME, 5)
    walked(trainer, 1)
    companion.differences(Progress(), stand_of(trainer))
    graph = NetworkGraph(trainer.graph.design())
    graph.apply(editing.remove(graph, ["dropout_1"]).changes)
    trainer.update(graph)
    walked(trainer, 1)
    found = companion.differences(Progress(), stand_of(trainer))
    assert "dropout_1" not in found.nodes
    other = Trainer(line_net())
    with pytest.raises(DesignError, match="other items"):
        compare(fork(moment), other)


def test_a_canvas_before_the_fork_is_told():
    trainer, moment = forked()
    trainer.restart()
    with pytest.raises(DesignError, match="part at step 7, but the canvas stands before it"):
        Companion(moment, SAME, 5).differences(Progress(), stand_of(trainer))


def test_it_can_be_cancelled():
    trainer, moment = forked()
    walked(trainer, 5)
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        Companion(moment, SAME, 5).differences(progress, stand_of(trainer))

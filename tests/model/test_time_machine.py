"""Branches of a training: gone on with from a past step, left, and gone back to."""

from __future__ import annotations

from model.analysis.progress import Progress
from model.graph import NetworkGraph
from model.observing import take_snapshot
from model.optimizers import Momentum
from model.snapshot import SnapshotRequest
from model.time_machine import TimeMachine
from model.trainer import Trainer
from model.trainer_state import restore, state_of
from tests.model.test_recording import bits, edit, machine_of, rich_net, shown, unlike, walked
from tests.model.training import edited, training


def branched(machine: TimeMachine, step: int) -> dict[str, bytes]:
    found = shown(machine, step)
    machine.branch()
    return found


def test_going_on_from_the_past_without_a_change_does_the_very_same_steps() -> None:
    machine = machine_of(rich_net())
    known = walked(machine, 60)
    branched(machine, 23)
    again = walked(machine, 37)
    assert all(unlike(again[step], known[step]) == [] for step in again)


def test_a_branch_has_its_own_steps_and_those_of_the_run_before_it_has_left() -> None:
    machine = machine_of(rich_net())
    known = walked(machine, 60)
    branched(machine, 23)
    edit(machine, training(optimizer=Momentum(lr=0.5)))
    branch = walked(machine, 20)
    assert unlike(branch[43], known[43])
    for step in (42, 24, 23, 22, 3, 40):
        wanted = branch[step] if step > 23 else known[step]
        assert unlike(shown(machine, step), wanted) == []


def test_a_branch_that_was_left_is_gone_back_to_at_its_end() -> None:
    machine = machine_of(rich_net())
    known = walked(machine, 60)
    branched(machine, 23)
    edit(machine, training(optimizer=Momentum(lr=0.5)))
    branch = walked(machine, 20)
    machine.switch(1, Progress())
    assert machine.trainer is not None
    assert unlike(bits(machine.trainer), known[60]) == []
    more = walked(machine, 5)
    assert max(more) == 65
    machine.switch(2, Progress())
    assert unlike(bits(machine.trainer), branch[43]) == []
    assert [(line.number, line.parent, line.first, line.last) for line in machine.view().lines] == [
        (1, 0, 0, 65),
        (2, 1, 23, 43),
    ]


def test_a_branch_without_steps_is_gone_back_to() -> None:
    machine = machine_of(rich_net())
    walked(machine, 30)
    branched(machine, 11)
    wanted = edit(machine, training(optimizer=Momentum(lr=0.5)))
    machine.switch(1, Progress())
    machine.switch(2, Progress())
    assert machine.trainer is not None
    assert unlike(bits(machine.trainer), wanted) == []


def test_a_branch_of_a_branch_finds_all_its_steps() -> None:
    machine = machine_of(rich_net(), budget=0)
    known = walked(machine, 30)
    branched(machine, 20)
    edit(machine, training(optimizer=Momentum(lr=0.5)))
    known = {step: known[step] for step in range(1, 21)} | walked(machine, 20)
    branched(machine, 30)
    edit(machine, training(optimizer=Momentum(lr=0.001)))
    known = {step: known[step] for step in range(1, 31)} | walked(machine, 10)
    for step in (39, 5, 31, 30, 25, 20):
        assert unlike(shown(machine, step), known[step]) == []


def test_curves_of_a_branch_are_its_own_and_the_old_ones_come_back() -> None:
    machine = machine_of(rich_net())
    walked(machine, 60)
    assert machine.trainer is not None
    old = machine.trainer.curves["loss"].view()
    branched(machine, 23)
    assert machine.trainer.curves["loss"].view().steps.tolist() == list(range(1, 24))
    walked(machine, 4)
    assert machine.trainer.curves["loss"].view().steps[-1] == 27
    machine.switch(1, Progress())
    assert machine.trainer.curves["loss"].view().mean.tolist() == old.mean.tolist()


def test_the_view_says_where_it_stands() -> None:
    machine = machine_of(rich_net())
    walked(machine, 60)
    assert machine.view().at is None
    shown(machine, 12)
    view = machine.view()
    assert (view.first, view.at, view.newest, view.differs) == (0, 12, 60, False)


def test_the_view_says_that_the_design_was_another_one() -> None:
    machine = machine_of(rich_net())
    walked(machine, 20)
    edit(machine, training(optimizer=Momentum(lr=0.5)))
    walked(machine, 20)
    shown(machine, 12)
    assert machine.view().differs
    shown(machine, 30)
    assert not machine.view().differs


def test_a_state_from_elsewhere_begins_a_run_of_its_own() -> None:
    machine = machine_of(rich_net())
    known = walked(machine, 30)
    other = Trainer(rich_net())
    for _ in range(7):
        other.step()
    trainer = machine.trainer
    assert trainer is not None
    before = machine.look()
    restore(trainer, state_of(other))
    machine.given(before)
    later = walked(machine, 5)
    assert sorted(later) == [8, 9, 10, 11, 12]
    assert unlike(shown(machine, 9), later[9]) == []
    assert machine.view().first == 7
    machine.switch(1, Progress())
    assert unlike(bits(machine.trainer), known[30]) == []  # type: ignore[arg-type]


def test_nobody_who_only_looks_begins_another_run() -> None:
    machine = machine_of(rich_net())
    walked(machine, 10)
    before = machine.look()
    assert machine.trainer is not None
    state_of(machine.trainer)
    machine.given(before)
    assert len(machine.view().lines) == 1


def test_recording_can_be_switched_off_and_on() -> None:
    machine = machine_of(rich_net())
    walked(machine, 20)
    machine.switch_on(False, 2**28)
    assert not machine.view().is_on
    machine.seek(5, Progress())
    assert not machine.is_past
    walked(machine, 10)
    machine.switch_on(True, 2**28)
    known = walked(machine, 10)
    assert unlike(shown(machine, 35), known[35]) == []
    assert machine.view().first == 30
    assert machine.trainer is not None
    machine.seek(30, Progress())
    assert machine.trainer.step_count == 30


def test_a_smaller_budget_forgets_copies_at_once() -> None:
    machine = machine_of(rich_net(), every=2)
    known = walked(machine, 200)
    assert machine.view().size > 200_000
    machine.switch_on(True, 200_000)
    assert machine.view().size <= 200_000
    assert unlike(shown(machine, 77), known[77]) == []


def test_an_edit_in_the_past_applies_to_the_branch() -> None:
    machine = machine_of(rich_net())
    walked(machine, 40)
    branched(machine, 15)
    edit(machine, training(optimizer=Momentum(lr=0.5)))
    branch = walked(machine, 3)
    plain = Trainer(rich_net())
    for _ in range(15):
        plain.step()
    graph = NetworkGraph(plain.graph.design())
    plain.update(edited(graph, training(optimizer=Momentum(lr=0.5))))
    for _ in range(3):
        plain.step()
    assert unlike(branch[18], bits(plain)) == []


def test_a_branch_knows_the_loss_of_the_run_it_has_left() -> None:
    machine = machine_of(rich_net())
    walked(machine, 60)
    assert machine.trainer is not None
    old = machine.trainer.curves["loss"].view()
    branched(machine, 23)
    walked(machine, 5)
    assert machine.trainer is not None
    snapshot = machine.as_shown(take_snapshot(machine.trainer, SnapshotRequest()))
    assert snapshot.left is not None
    number, view = snapshot.left
    assert number == 1
    assert view.steps.tolist() == list(range(23, 61))
    assert view.mean.tolist() == old.mean[22:].tolist()
    assert snapshot.curves["loss"].steps[-1] == 28


def test_pictures_of_the_past_are_those_that_were_there() -> None:
    machine = machine_of(rich_net())
    walked(machine, 25)
    asked = SnapshotRequest(item=2, wants=frozenset({"boundary", "histograms", "predictions"}))
    assert machine.trainer is not None
    then = take_snapshot(machine.trainer, asked)
    walked(machine, 20)
    shown(machine, 25)
    again = machine.as_shown(take_snapshot(machine.trainer, asked))
    assert again.newest == 45
    assert then.boundary is not None
    assert again.boundary is not None
    assert again.boundary.values.tobytes() == then.boundary.values.tobytes()
    assert then.predictions is not None
    assert again.predictions is not None
    assert again.predictions.outcomes.tobytes() == then.predictions.outcomes.tobytes()
    assert then.histograms is not None
    assert again.histograms is not None
    for name, pair in then.histograms.items():
        for before, after in zip(pair, again.histograms[name], strict=True):
            assert after.counts.tobytes() == before.counts.tobytes()
            assert after.edges.tobytes() == before.edges.tobytes()
    assert again.nodes["dropout_1"].extras["mask"].tobytes() == (
        then.nodes["dropout_1"].extras["mask"].tobytes()
    )
    assert (again.loss, again.epoch, again.batch_index) == (then.loss, then.epoch, then.batch_index)

"""The speed of a training, its phases, and what is worked out for displays."""

from __future__ import annotations

from gui.training.phases import PhaseClock
from tests.gui.training.conftest import Desk, trained
from tests.model.samples import busy_net


def test_a_speed_limit_is_never_exceeded(desk: Desk):
    from time import perf_counter

    desk.controller.set_speed(40.0)
    start = perf_counter()
    desk.controller.run()
    desk.until_step(8)
    steps, seconds = desk.trainer.step_count, perf_counter() - start
    assert steps <= 40.0 * seconds + 2
    # slow enough to see: each of the steps was shown, none skipped
    desk.controller.pause()
    desk.until_state("paused")


def test_a_slow_run_answers_a_command_at_once_not_at_its_next_step(desk: Desk):
    desk.controller.set_speed(0.01)  # one step in 100 seconds
    desk.controller.run()
    desk.until_step(1)
    desk.controller.pause()
    desk.until_state("paused")
    assert desk.quiet().step_count == 1


def test_the_limit_can_be_lifted_while_it_waits(desk: Desk):
    desk.controller.set_speed(0.01)
    desk.controller.run()
    desk.until_step(1)
    desk.controller.set_speed(None)
    desk.until_step(100)


def test_phases_are_played_at_slow_speed_and_not_at_full_speed(desk: Desk):
    heard: list[tuple[str, float]] = []

    def remember(phase: str, progress: float) -> None:
        heard.append((phase, progress))

    desk.controller.phase_changed.connect(remember)
    desk.controller.run()
    desk.until_step(200)
    assert [phase for phase, _ in heard if phase] == []
    desk.controller.set_speed(5.0)
    desk.until(lambda: {"forward", "backward", "update"} <= {phase for phase, _ in heard})
    assert all(0 <= progress <= 1 for _, progress in heard)
    desk.controller.set_speed(None)
    assert heard[-1][0] == ""
    assert isinstance(desk.controller._phases, PhaseClock)


def test_what_is_shown_does_not_change_what_is_learned(desk: Desk):
    desk.open(busy_net())
    for want in ("histograms", "boundary", "predictions"):
        desk.controller.want(want, desk, True)
    desk.controller.step_batches(300)
    for item in range(6):
        desk.controller.show_item(item % 5)
        desk.controller.show_neuron(item)
        desk.qtbot.wait(20)
    desk.until(lambda: desk.snapshots[-1].step == 300)
    assert desk.quiet().plan.theta.tobytes() == trained(busy_net(), 300)


def test_another_item_is_shown_at_once_although_nothing_moves(desk: Desk):
    items: list[int] = []
    desk.controller.item_changed.connect(items.append)
    desk.controller.step_batches(2)
    desk.until_step(2)
    desk.controller.show_item(3)
    desk.until(lambda: desk.snapshots[-1].item == 3)
    assert desk.quiet().step_count == 2
    desk.controller.show_item(99)
    desk.controller.show_item(-1)
    assert items == [3, 4, 0]


def test_nothing_is_computed_that_no_display_wants(desk: Desk):
    assert desk.snapshots[-1].boundary is None
    first, second = object(), object()
    desk.controller.want("boundary", first, True)
    desk.controller.want("boundary", second, True)
    desk.until(lambda: desk.snapshots[-1].boundary is not None)
    desk.controller.want("boundary", first, False)
    assert "boundary" in desk.controller.request.wants
    desk.controller.want("boundary", second, False)
    desk.controller.step_batch()
    desk.until_step(1)
    assert desk.snapshots[-1].boundary is None


def test_the_last_picture_of_a_run_holds_everything_that_is_wanted(desk: Desk):
    desk.controller.want("histograms", desk, True)
    desk.controller.want("predictions", desk, True)
    desk.controller.run()
    desk.until_step(50)
    desk.controller.pause()
    desk.until_state("paused")
    desk.quiet()
    assert desk.snapshots[-1].histograms is not None
    assert desk.snapshots[-1].predictions is not None
    assert desk.snapshots[-1].predictions.at_step == desk.snapshots[-1].step

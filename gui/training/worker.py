"""The training thread, as the window sees it: commands go in, snapshots and news come out.

It never touches a widget or the living graph. It yields the interpreter after two
milliseconds of steps, and stands still while a frame is drawn, so that the window stays alive.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from gui.training.running import Running
from model.graph import NetworkGraph
from model.trainer import Trainer


class TrainingWorker:
    """For the window's thread alone. What happens on the other one is in `Running`."""

    def __init__(self) -> None:
        self._running = Running()
        self.news = self._running.news
        self.showing = self._running.showing
        self.travelling = self._running.travelling
        self.frame_is_done = self._running.frame_is_done
        self._thread = threading.Thread(target=self._running.main, name="training", daemon=True)
        self._thread.start()

    def update(self, graph: NetworkGraph) -> None:
        """Go on with this design, or start with it where there is nothing to go on with; `graph`
        must be a copy of the worker's own."""
        self._running.commands.put(lambda: self._running.update(graph))

    def clear(self) -> None:
        """Forget the design: another one has been opened."""
        self.travelling.give_up()
        self._running.commands.put(self._running.clear)

    def run(self) -> None:
        self._running.commands.put(self._running.run)

    def pause(self) -> None:
        self._running.commands.put(self._running.pause)

    def stop(self) -> None:
        self._running.commands.put(self._running.stop)

    def step(self) -> None:
        self._running.commands.put(self._running.step)

    def run_epoch(self) -> None:
        self._running.commands.put(self._running.run_epoch)

    def run_steps(self, count: int) -> None:
        self._running.commands.put(lambda: self._running.run_steps(count))

    def reset(self) -> None:
        self.travelling.give_up()
        self._running.commands.put(self._running.reset)

    def set_speed(self, steps_per_second: float | None) -> None:
        self._running.commands.put(lambda: self._running.set_speed(steps_per_second))

    def show(self) -> None:
        """A fresh snapshot although nothing moves: another item, another neuron."""
        self._running.commands.put(self._running.post)

    def lend(self, action: Callable[[Trainer], None]) -> None:
        """Do something with the trainer on its thread, between two steps."""
        self._running.commands.put(lambda: self._running.lend(action))

    def seek(self, step: int) -> None:
        """Pause, and show the training as it stood after this step."""
        self.travelling.ask(step)
        self._running.commands.put(self._running.seek)

    def seek_by(self, steps: int) -> None:
        """Pause, and show it so many steps later; negative: earlier."""
        self.travelling.ask_by(steps)
        self._running.commands.put(self._running.seek)

    def to_now(self) -> None:
        """Show the newest state again."""
        self.travelling.give_up()
        self._running.commands.put(self._running.to_now)

    def continue_here(self) -> None:
        """Let the past that is shown be the present of a new branch."""
        self._running.commands.put(self._running.continue_here)

    def switch_line(self, number: int) -> None:
        """Go to the end of another branch."""
        self.travelling.give_up()
        self._running.commands.put(lambda: self._running.switch_line(number))

    def set_recording(self, is_on: bool, budget: int) -> None:
        """Record or not, within so many bytes."""
        self._running.commands.put(lambda: self._running.set_recording(is_on, budget))

    def quit(self, wait_seconds: float = 3.0) -> bool:
        """End the thread. False where it did not end in time."""
        self.travelling.give_up()
        self.frame_is_done.set()
        self._running.commands.put(None)
        self._thread.join(wait_seconds)
        return not self._thread.is_alive()

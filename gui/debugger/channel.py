"""Between window and training thread while debugging: what to do goes there, moments come back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from time import perf_counter

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from gui.debugger.moment import Moment, Walker
from gui.debugger.number_text import NumberStyle
from gui.training.controller import TrainingController
from model.errors import DesignError
from model.trainer import Trainer

HURRY_SECONDS = 0.09
"""Between two commands; when they come faster (a key is held down), words wait until a rest."""


class WalkChannel(QObject):
    """Holds the walk, which nobody else may touch: it lives on the training thread.

    All signals come on the window's thread. `arrived`: a `Moment` after a command, and once more
    when it is described, but none that is overtaken. `seen`: other pictures of where the walk
    stands. `broke`: a `DesignError`. element, style: for the words.
    """

    arrived = Signal(object)
    seen = Signal(object)
    broke = Signal(object)
    _came = Signal(object)

    def __init__(self, controller: TrainingController, parent: QObject) -> None:
        super().__init__(parent)
        self._controller = controller
        self.element: int | None = None
        self.style = NumberStyle()
        self.ticket = 0
        """Of the newest command."""
        self._walker: Walker | None = None
        """Touched on the training thread only."""
        self._newest = 0
        """Ticket of the last moment that was sent; written on the training thread."""
        self._last_sent = 0.0
        self._rest = QTimer(self, singleShot=True, interval=round(1000 * HURRY_SECONDS))
        self._rest.timeout.connect(self._describe)
        self._came.connect(self._on_came, Qt.ConnectionType.QueuedConnection)

    @property
    def is_hurried(self) -> bool:
        """Commands come so fast that words wait for a rest."""
        return self._rest.isActive()

    def begin(self, make: Callable[[Trainer], Walker]) -> None:
        """Another walk, made on the training thread. Raises there: DesignError, which is told."""

        def start(trainer: Trainer) -> None:
            self._walker = None
            self._walker = make(trainer)

        self._send(start)

    def act(self, do: Callable[[Walker], object]) -> None:
        """Do something with the walk, tell the numbers, and find words for them unless more has
        been asked by then."""
        self._send(lambda _trainer: None if self._walker is None else do(self._walker))

    def refresh(self) -> None:
        """Other words for where the walk stands: element or style have changed."""
        self._send(lambda _trainer: None)

    def look(self, neuron: int, item: int) -> None:
        """Other pictures on the cards; the walk stays where it stands."""
        ticket = self.ticket

        def follow(_trainer: Trainer) -> None:
            if self._walker is not None:
                self._walker.follow(neuron, item)
                self.seen.emit(self._walker.moment(ticket))

        self._controller.lend(follow)

    def end(self) -> None:
        """Forget the walk; what is under way is not told any more."""
        self.ticket += 1
        self._rest.stop()
        self._controller.lend(self._forget)

    def _forget(self, _trainer: Trainer) -> None:
        self._walker = None

    def _send(self, action: Callable[[Trainer], object]) -> None:
        self.ticket += 1
        ticket = self.ticket

        def act(trainer: Trainer) -> None:
            try:
                action(trainer)
            except DesignError as fault:
                self.broke.emit(self._told(fault))
            if self._walker is not None:
                found = self._walker.moment(ticket)
                self._newest = ticket
                self._came.emit(found)

        self._controller.lend(act)
        now = perf_counter()
        is_hurried, self._last_sent = now - self._last_sent < HURRY_SECONDS, now
        if is_hurried:
            self._rest.start()
        else:
            self._describe()

    def _told(self, fault: DesignError) -> DesignError:
        """Where an operation cannot be done: with the numbers in the present style."""
        found = self._walker.walk.impossible if self._walker is not None else None
        return fault if found is None else found.error(self.style)

    @Slot()
    def _describe(self) -> None:
        """Find words for where the walk stands, unless more has been asked by then."""
        self._rest.stop()
        ticket, element, style = self.ticket, self.element, self.style

        def tell(_trainer: Trainer) -> None:
            if ticket != self.ticket or self._walker is None:
                return
            view = self._walker.walk.describe(element, style)
            found = replace(self._walker.moment(ticket), view=view, is_described=True)
            self._came.emit(found)

        self._controller.lend(tell)

    @Slot(object)
    def _on_came(self, moment: Moment) -> None:
        is_late = moment.is_described and moment.ticket != self.ticket
        is_overtaken = moment.ticket < self._newest  # a key is held down, faster than is painted
        if not (is_late or is_overtaken):
            self.arrived.emit(moment)

"""The tripwires of the running training as the window tells them, with what may be tried."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot

from gui.document import Document, Message
from model.errors import DesignError
from model.first_values import BY_KEY, present_choice, with_first_values
from model.problem import Problem
from model.remedies import Remedy, Trouble, problem_of, remedies_of
from model.tripwires import LIMITS, Alarm

if TYPE_CHECKING:
    from model.snapshot import Snapshot

TOLD_SECONDS = 2.0
"""A sentence keeps its number for so long, so that it can be read."""
HOLD_SECONDS = 2.0
"""What has been told stays for so long after its tripwire has fallen: it may rise again at once."""
_ALL_SAID: frozenset[str] = frozenset(("dead", "leaping", "stuck"))
"""Troubles of single layers: each of their cards has a badge. Of the others the worst place has."""


@dataclass(frozen=True)
class Told:
    """kind: of the tripwire, or "diverged"; problem: place, sentence and advice; remedies: what
    the buttons do; node_ids: all nodes that are concerned."""

    kind: Trouble
    problem: Problem
    remedies: tuple[Remedy, ...]
    node_ids: tuple[str, ...]


class Troubles(QObject):
    """Hears every snapshot, changes only when something is to be told. `controller` runs what is
    tried anew."""

    changed = Signal()
    restarting = Signal(str)
    """The run that stands is to be left for one that starts otherwise; how it started, in words."""

    def __init__(self, controller: Any, document: Document) -> None:
        super().__init__(controller)
        self._controller = controller
        self._document = document
        self.told: tuple[Told, ...] = ()
        self.alarms: tuple[Alarm, ...] = ()
        self._diverged: Told | None = None
        self._told_at = 0.0
        self._seen_at: dict[str, float] = {}
        controller.snapshot.connect(self._on_snapshot)
        controller.state_changed.connect(self._on_state_changed)
        controller.reset_done.connect(self._on_reset)
        document.opened.connect(self._on_reset)
        document.message.connect(self._on_message)
        document.inference_changed.connect(self._on_inference_changed)

    # what there is

    def nodes_of(self, *kinds: Trouble) -> frozenset[str]:
        """All nodes that such a tripwire speaks of."""
        return frozenset(key for told in self.told if told.kind in kinds for key in told.node_ids)

    def marks(self) -> dict[str, str]:
        """By node, what the badge of its card says."""
        found: dict[str, list[str]] = {}
        for told in self.told:
            own = told.problem.node_id
            keys = told.node_ids if told.kind in _ALL_SAID else (own,)
            for key in keys:
                text = str(told.problem) if key == own else told.problem.hint
                found.setdefault(key, []).append(text)
        return {key: "\n".join(texts) for key, texts in found.items()}

    # what may be done

    def mend(self, problem: Problem, text: str) -> None:
        """Try the remedy of this name."""
        for told in self.told:
            if told.problem.node_id == problem.node_id and text in _names(told):
                self.try_out(told.remedies[_names(told).index(text)])
                return

    def try_out(self, remedy: Remedy) -> None:
        """Make the edit; where it shows only from the start, start again."""
        if remedy.is_anew:
            self.restarting.emit(self._words())
        try:
            self._document.apply(remedy.edit)
        except DesignError as fault:  # the design has moved on
            self._document.report(fault)
            return
        if remedy.is_anew:
            self._start_again()

    def start_with(self, key: str) -> bool:
        """Start again with other first values of all weights, same seed. False where they are so
        already, which is told. Raises: KeyError."""
        words = self._words()
        try:
            edit = with_first_values(self._document.graph, key)
        except DesignError as fault:
            self._document.message.emit(Message("info", str(fault)))
            return False
        self.restarting.emit(words)
        self._document.apply(edit)
        self._start_again()
        return True

    def _start_again(self) -> None:
        self._controller.reset()
        self._controller.run()

    def _words(self) -> str:
        choice = present_choice(self._document.graph)
        return BY_KEY[choice].title.split(":")[0] if choice else ""

    # what is heard

    @Slot(object)
    def _on_snapshot(self, snapshot: Snapshot) -> None:
        now = monotonic()
        alarms = self._held(snapshot.alarms, now)
        is_same = [(a.kind, a.node_ids) for a in alarms] == [
            (a.kind, a.node_ids) for a in self.alarms
        ]
        if is_same and (alarms == self.alarms or now - self._told_at < TOLD_SECONDS):
            return
        self.alarms = alarms
        self._tell()

    def _held(self, alarms: tuple[Alarm, ...], now: float) -> tuple[Alarm, ...]:
        """With those that have fallen just now."""
        up = {alarm.kind: alarm for alarm in alarms}
        self._seen_at |= dict.fromkeys(up, now)
        held = {
            alarm.kind: alarm
            for alarm in self.alarms
            if now - self._seen_at.get(alarm.kind, now) < HOLD_SECONDS
        }
        both = held | up
        return tuple(both[kind] for kind in LIMITS if kind in both)

    @Slot(str)
    def _on_state_changed(self, state: str) -> None:
        if state == "running" and self._diverged is not None:
            self._diverged = None
            self._tell()

    @Slot(object)
    def _on_message(self, message: Message) -> None:
        """A training that fails says so right after its state."""
        if self._controller.state != "failed" or message.kind != "error":
            return
        if not message.text.startswith("Training stopped"):
            return
        problem = Problem(message.node_id, message.text, is_blocking=False)
        keys = (message.node_id,) if message.node_id else ()
        self._diverged = Told("diverged", problem, (), keys)
        self._tell()

    @Slot(object)
    def _on_inference_changed(self, _inference: object) -> None:
        """Other remedies fit another design; a node that has gone has no trouble."""
        if self.alarms or self._diverged is not None:
            self._tell()

    @Slot()
    def _on_reset(self) -> None:
        self.alarms, self._diverged = (), None
        self._tell()

    def _tell(self) -> None:
        graph = self._document.graph
        self._told_at = monotonic()
        found = []
        if self._diverged is not None:
            remedies = tuple(remedies_of("diverged", self._diverged.node_ids, graph))
            old = self._diverged.problem
            edits = tuple(remedy.edit for remedy in remedies)
            problem = Problem(old.node_id, old.message, is_blocking=False, repairs=edits)
            found.append(Told("diverged", problem, remedies, self._diverged.node_ids))
        for alarm in self.alarms:
            if alarm.node_id in graph:
                remedies = tuple(remedies_of(alarm.kind, alarm.node_ids, graph))
                problem = problem_of(alarm, graph, remedies)
                found.append(Told(alarm.kind, problem, remedies, alarm.node_ids))
        if tuple(found) != self.told:
            self.told = tuple(found)
            self.changed.emit()


def _names(told: Told) -> list[str]:
    return [remedy.edit.text for remedy in told.remedies]

"""Predict first: before an operation is done, the student types what it will give."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal, Slot

from gui.debugger.session import DebugSession
from model.analysis.rehearsal import Rehearsal
from model.analysis.tracing import trace
from model.errors import DesignError
from model.layer import Array
from model.teaching.operations import StepInfo
from model.teaching.predicting import Question, Quiz
from model.teaching.questions import questions

Scope = Literal["one", "forward", "deltas", "shapes"]
SCOPES: dict[Scope, str] = {
    "one": "everything",
    "forward": "all of the forward pass",
    "deltas": "all δ",
    "shapes": "all shapes",
}


class Predictor(QObject):
    """While it is on, the walk waits before each operation that is asked about.

    `asked(quiz, place)`: a question stands before the next operation; `rested`: none does.
    `shapes_hidden`: whether shapes are asked for, and must not be shown.
    """

    asked = Signal(object, int)
    rested = Signal()
    shapes_hidden = Signal(bool)
    changed = Signal()
    """Marks, or the quiz, have changed."""
    _prepared = Signal(object)

    def __init__(self, session: DebugSession) -> None:
        super().__init__(session)
        self._session = session
        self.is_on = False
        self.scope: Scope = "one"
        self.quiz: Quiz | None = None
        self._places: dict[tuple[str, str], list[int]] = {}
        """By node and kind of operation: questions of the quiz."""
        self._seen: set[int] = set()
        self._prepared.connect(self._on_prepared, Qt.ConnectionType.QueuedConnection)
        session.counted.connect(self._on_walk_began)
        session.closed.connect(self._on_closed)

    def switch(self, is_on: bool, scope: Scope | None = None) -> None:
        """Ask from now on, or no more."""
        self.scope = scope or self.scope
        self.is_on = is_on
        self._session.gate = self._holds if is_on else None
        self.quiz, self._places, self._seen = None, {}, set()
        self.rested.emit()
        self.changed.emit()
        self.shapes_hidden.emit(is_on and self.scope == "shapes")
        if is_on:
            self._prepare()

    def next_is_asked(self) -> bool:
        """Whether a question stands before the next operation."""
        moment = self._session.moment
        return moment is not None and moment.next is not None and self._open(moment.next) != []

    def pass_on(self) -> None:
        """The student goes on from the question that was asked: the next one, or the operation."""
        moment = self._session.moment
        if moment is None or moment.next is None:
            return
        waiting = self._open(moment.next)
        if waiting:
            self._seen.add(waiting[0])
        self.changed.emit()
        self._session.step()

    # the gate

    def _holds(self, info: StepInfo) -> bool:
        """Called before an operation: True where a question comes first."""
        waiting = self._open(info)
        if not waiting or self.quiz is None:
            self.rested.emit()
            return False
        self._session.player.pause()
        self.asked.emit(self.quiz, waiting[0])
        return True

    def _open(self, info: StepInfo) -> list[int]:
        """Questions of an operation that have not been gone on from."""
        found = self._places.get((info.node_id, _kind(info)), [])
        return [place for place in found if place not in self._seen]

    # the questions

    def _prepare(self) -> None:
        if not self._session.is_open:
            return
        item = self._session.item or 0
        self._session.rehearse(lambda step: self._prepared.emit(self._asked_of(step, item)))

    def _asked_of(self, step: Rehearsal, item: int) -> list[tuple[str, Question]] | DesignError:
        """On the training thread: (kind of operation, question), in the order of the walk."""
        parameters: dict[str, dict[str, Array]] = {}
        for key, name in step.plan.slices:
            parameters.setdefault(key, {})[name] = step.plan.parameter(key, name).copy()
        try:
            found = trace(step, item)
            asked = {
                scope: questions(step.graph, found, scope, parameters=parameters)
                for scope in ("forward", "deltas", "shapes")
                if self.scope in (scope, "one") and not (scope == "shapes" and self.scope == "one")
            }
        except DesignError as fault:
            return fault
        pairs = [
            ("forward", each) for each in (*asked.get("shapes", ()), *asked.get("forward", ()))
        ]
        pairs += [
            ("gradient" if each.kind == "gradient" else "backward", each)
            for each in asked.get("deltas", ())
        ]
        return pairs

    @Slot(object)
    def _on_prepared(self, pairs: list[tuple[str, Question]] | DesignError) -> None:
        if not self.is_on or isinstance(pairs, DesignError) or not pairs:
            return
        self.quiz = Quiz([question for _kind, question in pairs])
        self._places, self._seen = {}, set()
        for place, (kind, question) in enumerate(pairs):
            self._places.setdefault((question.node_id, kind), []).append(place)
        self.changed.emit()

    @Slot(object)
    def _on_walk_began(self, _counted: object) -> None:
        if self.is_on:
            self._prepare()

    @Slot()
    def _on_closed(self) -> None:
        if self.is_on:
            self.switch(False)


def _kind(info: StepInfo) -> str:
    return info.kind

"""The open design: graph, undo stack and file. The only door for edits."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QUndoStack

from gui.commands import EditCommand
from model import files
from model.design import Change, Design, Edit, Node
from model.dry_run import with_domain_faults
from model.errors import DesignError
from model.graph import NetworkGraph
from model.repairs import with_repairs
from model.shapes import Inference, infer

UNDO_LIMIT = 1000


@dataclass(frozen=True)
class Message:
    """A sentence for the message bar. kind: "info", "warn", "error". actions: repairs on offer."""

    kind: str
    text: str
    actions: tuple[Edit, ...] = ()
    node_id: str = ""


class Foreseen(NamedTuple):
    """An edit as it is made, and the shapes that it will lead to, where they are known already."""

    edit: Edit
    inference: Inference | None = None


Before = Mapping[str, tuple[float, float]] | None
"""Where the pieces lay that a step has moved to which an edit is to be added; None: the edit is a
step of its own."""
MakeRoom = Callable[[Edit, Before], Foreseen]


def _as_it_is(edit: Edit, _before: Before) -> Foreseen:
    return Foreseen(edit)


class Document(QObject):
    """Widgets push edits here and listen to `graph`'s events and to these signals."""

    inference_changed = Signal(object)
    """An `Inference`, once per turn of the event loop in which more than a place was changed."""
    message = Signal(object)
    """A `Message` that the window shows."""
    created = Signal(object)
    """Ids (tuple) that an edit has just made; the canvas selects them."""
    opened = Signal()
    """Another design has taken the place of the old one."""
    file_changed = Signal()
    """Path or modified mark have changed."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.graph = NetworkGraph()
        self.stack = QUndoStack(self)
        self.stack.setUndoLimit(UNDO_LIMIT)
        self.path: Path | None = None
        self.make_room: MakeRoom = _as_it_is
        """Asked before each edit: the canvas moves cards that would come to lie on one another."""
        self._inference: Inference | None = None
        self._foreseen: Inference | None = None
        self._turn = QTimer(self, singleShot=True, interval=0)
        self._turn.timeout.connect(self._announce)
        self._is_stale = False
        for event in (self.graph.node_added, self.graph.node_removed, self.graph.wire_added):
            event.connect(self._on_piece_changed)
        self.graph.wire_removed.connect(self._on_piece_changed)
        self.graph.training_changed.connect(self._on_piece_changed)
        self.graph.node_changed.connect(self._on_node_changed)
        self.graph.changed.connect(self._on_changed)
        self.stack.cleanChanged.connect(self._on_clean_changed)

    # editing

    def apply(self, edit: Edit, *, merge_key: str | None = None) -> bool:
        """Make an edit undoable and do it. Edits with one `merge_key`, unbroken by another edit or
        by `end_merge`, become one step (a drag, a slider). False where there was nothing to do."""
        if not edit.changes:
            return False
        top = self._mergeable(merge_key)
        edit, self._foreseen = self.make_room(edit, top.places_before() if top else None)
        if top is not None:
            top.extend(edit)
        else:
            self.stack.push(EditCommand(self.graph, edit, merge_key))
        self._foreseen = None
        if edit.created:
            self.created.emit(edit.created)
        return True

    def _mergeable(self, merge_key: str | None) -> EditCommand | None:
        index = self.stack.index()
        if merge_key is None or index == 0 or index == self.stack.cleanIndex():
            return None
        if self.stack.canRedo():
            return None
        top = self.stack.command(index - 1)
        return top if isinstance(top, EditCommand) and top.merge_key == merge_key else None

    def end_merge(self) -> None:
        """The drag or slider has been let go."""
        index = self.stack.index()
        top = self.stack.command(index - 1) if index else None
        if isinstance(top, EditCommand):
            top.merge_key = None

    def attempt(self, make: Any, *args: Any, merge_key: str | None = None, **named: Any) -> bool:
        """`attempt(editing.set_fields, key, {...})`: build an edit of the graph and apply it; a
        fault of the person becomes a message instead."""
        try:
            edit: Edit = make(self.graph, *args, **named)
        except DesignError as fault:
            self.report(fault)
            return False
        return self.apply(edit, merge_key=merge_key)

    def report(self, fault: DesignError, actions: Collection[Edit] = ()) -> None:
        node_id = fault.node_id or ""
        self.message.emit(Message("error", str(fault), tuple(actions), node_id))

    # inference

    @property
    def inference(self) -> Inference:
        """Of the present graph, worked out at most once per change."""
        if self._inference is None:
            found = with_domain_faults(self.graph, self._foreseen or infer(self.graph))
            self._inference = with_repairs(self.graph, found)
        return self._inference

    def _on_piece_changed(self, _piece: object) -> None:
        self._is_stale = True

    def _on_node_changed(self, _key: str, old: Node, new: Node) -> None:
        """A card that was only moved changes nothing that is worked out, but for repairs: they
        move cards themselves, from where these lie now."""
        is_moved_only = msgspec.structs.replace(old, x=new.x, y=new.y) == new
        known = self._inference.problems if self._inference is not None else ()
        self._is_stale |= not is_moved_only or any(problem.repairs for problem in known)

    def _on_changed(self) -> None:
        if not self._is_stale:
            return
        self._is_stale = False
        self._inference = None
        if not self._turn.isActive():
            self._turn.start()

    @Slot()
    def _announce(self) -> None:
        self.inference_changed.emit(self.inference)

    # file

    @property
    def is_modified(self) -> bool:
        return not self.stack.isClean()

    @property
    def title(self) -> str:
        return self.path.name if self.path is not None else "untitled"

    @Slot(bool)
    def _on_clean_changed(self, _is_clean: bool) -> None:
        self.file_changed.emit()

    def load(self, design: Design, path: Path | None) -> None:
        """Take over a checked design; the undo history starts anew."""
        self.stack.clear()
        self.graph.apply(_replacement(self.graph, design))
        self.path = path
        self.stack.setClean()
        self.opened.emit()
        self.file_changed.emit()

    def new(self) -> None:
        self.load(Design(), None)

    def open(self, path: Path) -> None:
        """Raises: FileError; the present work stays as it is then."""
        self.load(files.read_design(path), path)

    def save(self, path: Path) -> None:
        """Raises: FileError; the old file and the present work stay as they are then."""
        files.write_design(path, self.graph.design())
        self.path = path
        self.stack.setClean()
        self.file_changed.emit()


def _replacement(graph: NetworkGraph, design: Design) -> list[Change]:
    """Changes that turn the present design into another."""
    old = graph.design()
    return [
        *(Change("", wire, None) for wire in old.wires),
        *(Change(key, node, None) for key, node in old.nodes.items()),
        *(Change(key, note, None) for key, note in old.notes.items()),
        *(Change(key, None, node) for key, node in design.nodes.items()),
        *(Change("", None, wire) for wire in design.wires),
        *(Change(key, None, note) for key, note in design.notes.items()),
        Change("", old.training, design.training),
    ]

"""The one undo command: a list of changes, applied forwards or backwards."""

from __future__ import annotations

from PySide6.QtGui import QUndoCommand

from model.design import Change, Edit, Node, Note
from model.graph import NetworkGraph


class EditCommand(QUndoCommand):
    """Holds the graph, ids and values; never an item or a widget. Never give it a parent."""

    def __init__(self, graph: NetworkGraph, edit: Edit, merge_key: str | None) -> None:
        super().__init__(edit.text)
        self._graph = graph
        self._changes = edit.changes
        self.merge_key = merge_key

    def redo(self) -> None:
        self._graph.apply(self._changes)

    def undo(self) -> None:
        self._graph.apply(change.reversed() for change in reversed(self._changes))

    def places_before(self) -> dict[str, tuple[float, float]]:
        """Where the nodes and notes lay that this step has moved."""
        return {
            change.key: (change.old.x, change.old.y)
            for change in self._changes
            if isinstance(change.old, Node | Note)
            and isinstance(change.new, Node | Note)
            and (change.old.x, change.old.y) != (change.new.x, change.new.y)
        }

    def extend(self, edit: Edit) -> None:
        """Take a later edit of a drag or slider into this step and apply it."""
        self._graph.apply(edit.changes)
        self._changes = _joined(self._changes, edit.changes)
        self.setText(edit.text)


def _joined(first: tuple[Change, ...], later: tuple[Change, ...]) -> tuple[Change, ...]:
    """Changes of the same piece become one, from its first old value to its last new one."""
    merged = {(change.key, type(change.new)): change for change in first}
    for change in later:
        key = (change.key, type(change.new))
        merged[key] = Change(
            change.key, merged[key].old if key in merged else change.old, change.new
        )
    return tuple(merged.values())

"""Every edit makes room for the cards that it makes larger or new, in the same undo step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from gui.canvas.card_facts import facts_of
from gui.canvas.cards.hints import NO_HINTS, Hints, hints_of
from gui.canvas.geometry import Rect
from gui.canvas.measuring import measure
from gui.canvas.pushing import free_offset, room_for
from gui.document import Before, Foreseen
from model import editing
from model.design import Change, Edit, Node, Note, Wire
from model.errors import DesignError
from model.graph import NetworkGraph
from model.shapes import Inference, infer

if TYPE_CHECKING:
    from gui.canvas.scene import CanvasScene


class RoomMaker:
    """Tries an edit out, measures the cards that it changes, and pushes their neighbours on."""

    def __init__(self, scene: CanvasScene) -> None:
        self._scene = scene
        self._sizes: dict[str, tuple[float, float]] = {}
        """Of all pieces when the present step began, in pixels of the design."""

    def __call__(self, edit: Edit, before: Before) -> Foreseen:
        """The edit with the places of the neighbours, and the shapes that it will lead to.

        A slider that is drawn back takes back what it has pushed: the room is made from where the
        pieces lay `before`.
        """
        if not any(_may_resize(change) for change in edit.changes):
            return Foreseen(edit)
        if before is None:
            self._sizes = self._scene.design_sizes()
        try:
            return self._laid_free(edit) if _is_loose(edit) else self._with_room(edit, before)
        except DesignError:
            return Foreseen(edit)  # who applies it will say so

    def _laid_free(self, edit: Edit) -> Foreseen:
        """What hangs on nothing goes where it is free, all together."""
        graph, alone = self._scene.document.graph, NetworkGraph()
        alone.apply(edit.changes)
        found, hints = infer(alone), hints_of(alone)
        new = {
            key: Rect(node.x, node.y, *self._size(node, found, key, hints[key]))
            for key, node in alone.nodes.items()
        }
        new |= {key: Rect(n.x, n.y, n.width, n.height) for key, n in alone.notes.items()}
        pieces = graph.nodes | graph.notes
        others = [Rect(pieces[k].x, pieces[k].y, *size) for k, size in self._sizes.items()]
        dx, dy = free_offset(others, list(new.values()))
        moves = editing.move(alone, {key: (r.x + dx, r.y + dy) for key, r in new.items()})
        return Foreseen(_joined(edit, moves.changes))

    def _with_room(self, edit: Edit, before: Before) -> Foreseen:
        trial = NetworkGraph(self._scene.document.graph.design())
        trial.apply(edit.changes)
        found = infer(trial)
        rects, grown, new = self._measured(trial, found)
        places = dict(before or {})
        rects |= {key: rects[key]._replace(x=x, y=y) for key, (x, y) in places.items()}
        if grown or new:
            places |= room_for(rects, grown, new)
        return Foreseen(_joined(edit, editing.move(trial, places).changes), found)

    def _size(self, node: Node, found: Inference, key: str, hints: Hints) -> tuple[float, float]:
        """In pixels of the design."""
        return self._scene.to_design(*measure(node, found, key, hints).size)

    def _measured(
        self, trial: NetworkGraph, found: Inference
    ) -> tuple[dict[str, Rect], dict[str, tuple[float, float]], list[str]]:
        """Cards and notes where the edit has them, as large as they were when the step began; new
        sizes of those that become larger; which cards are new. All in pixels of the design."""
        scene, hints, present = self._scene, hints_of(trial), self._scene.design_sizes()
        rects: dict[str, Rect] = {}
        grown: dict[str, tuple[float, float]] = {}
        new: list[str] = []
        for key, node in trial.nodes.items():
            hint, wish = hints.get(key, NO_HINTS), present.get(key)
            if wish is None or facts_of(key, node, found, hint) != scene.facts_shown(key):
                wish = self._size(node, found, key, hint)
            size = self._sizes.get(key)
            if size is None:
                new.append(key)
                size = wish
            elif wish[0] > size[0] or wish[1] > size[1]:
                grown[key] = wish
            rects[key] = Rect(node.x, node.y, *size)
        for key, note in trial.notes.items():
            if key not in present:
                new.append(key)
            rects[key] = Rect(note.x, note.y, *present.get(key, (note.width, note.height)))
        return rects, grown, new


def _is_loose(edit: Edit) -> bool:
    """Whether an edit only brings pieces, none of them wired to what is there."""
    brought = {change.key for change in edit.changes if isinstance(change.new, Node | Note)}
    return all(
        change.old is None
        and not (isinstance(change.new, Wire) and {change.new.source, change.new.target} - brought)
        for change in edit.changes
    )


def _may_resize(change: Change) -> bool:
    """New pieces need a place, wires bring other shapes, fields and names other sizes; other places
    change nothing."""
    old, new = change.old, change.new
    if old is None and isinstance(new, Node | Note):
        return True
    if isinstance(old, Node) and isinstance(new, Node):
        return msgspec.structs.replace(old, x=new.x, y=new.y) != new
    return isinstance(old, Wire) or isinstance(new, Wire)


def _joined(edit: Edit, moves: tuple[Change, ...]) -> Edit:
    """One step; a piece that the edit changes itself is changed once, and then lies elsewhere."""
    later = {change.key: change for change in moves}
    changes = []
    for change in reversed(edit.changes):
        if change.key in later and change.new is not None:
            change = change._replace(new=later.pop(change.key).new)
        changes.append(change)
    return edit._replace(changes=(*reversed(changes), *later.values()))

"""The one living design: what can be asked of it, how it changes, and the events of its change."""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

import networkx as nx

from model.design import FORMAT, Change, Design, Edit, Node, NodeId, Note, Wire, stem_of
from model.errors import DesignError
from model.events import Event
from model.settings import TrainingSettings
from model.titles import distinct_titles

__all__ = [
    "FORMAT",
    "Change",
    "Design",
    "Edit",
    "NetworkGraph",
    "Node",
    "NodeId",
    "Note",
    "Wire",
    "natural",
    "stem_of",
]


@lru_cache(maxsize=65_536)
def natural(key: str) -> tuple[str, int]:
    """Sort key: dense_2 before dense_10."""
    match = re.match(r"^(.*?)(\d*)$", key, re.DOTALL)
    stem, number = match.groups() if match else (key, "")
    return stem, int(number or 0)


class NetworkGraph:
    """The one living copy of a design. Only `apply` changes it; each change raises its event."""

    def __init__(self, design: Design | None = None) -> None:
        self.node_added: Event[[str]] = Event()
        self.node_removed: Event[[str]] = Event()
        self.node_changed: Event[[str, Node, Node]] = Event()
        self.wire_added: Event[[Wire]] = Event()
        self.wire_removed: Event[[Wire]] = Event()
        self.note_added: Event[[str]] = Event()
        self.note_removed: Event[[str]] = Event()
        self.note_changed: Event[[str]] = Event()
        self.training_changed: Event[[TrainingSettings]] = Event()
        self.changed: Event[[]] = Event()
        """After all changes of one `apply`."""
        self._net: nx.MultiDiGraph[str] = nx.MultiDiGraph()
        self._into: dict[str, list[Wire]] = {}
        self._from: dict[str, list[Wire]] = {}
        """Sorted wires of nodes that have been asked for; forgotten when one of them changes."""
        self._order: list[str] | None = None
        self._titles: dict[str, str] | None = None
        self._notes: dict[str, Note] = {}
        self._training = TrainingSettings()
        if design is not None:
            self._fill(design)

    # reading

    @property
    def nodes(self) -> dict[str, Node]:
        return {node_id: found["node"] for node_id, found in self._net.nodes.items()}

    @property
    def notes(self) -> dict[str, Note]:
        return dict(self._notes)

    @property
    def training(self) -> TrainingSettings:
        return self._training

    def __contains__(self, node_id: object) -> bool:
        return node_id in self._net

    def has_wire(self, wire: Wire) -> bool:
        return bool(self._net.has_edge(wire.source, wire.target, key=wire))

    def __len__(self) -> int:
        return len(self._net)

    def node(self, node_id: str) -> Node:
        """Raises: DesignError where there is no such node."""
        try:
            found: Node = self._net.nodes[node_id]["node"]
        except KeyError:
            raise DesignError(f"There is no node named '{node_id}'.") from None
        return found

    def title_of(self, node_id: str) -> str:
        """The node's title, told apart from others of the same title; for messages and lists.

        Raises: DesignError where there is no such node.
        """
        if self._titles is None:
            self._titles = distinct_titles(self)
        return self._titles[node_id] if node_id in self._titles else self.node(node_id).title

    def wires(self) -> list[Wire]:
        return sorted(wire for _, _, wire in self._net.edges(keys=True))

    def wires_into(self, node_id: str, port: str | None = None) -> list[Wire]:
        """In the order of the ports and, at a variadic port, of the wires."""
        found = self._into.get(node_id)
        if found is None:
            ports = [known.name for known in self.node(node_id).layer.inputs]
            found = self._into[node_id] = sorted(
                (wire for _, _, wire in self._net.in_edges(node_id, keys=True)),
                key=lambda wire: (ports.index(wire.target_port), wire.order, wire),
            )
        return [wire for wire in found if port is None or wire.target_port == port]

    def wires_from(self, node_id: str, port: str | None = None) -> list[Wire]:
        found = self._from.get(node_id)
        if found is None:
            found = self._from[node_id] = sorted(
                (wire for _, _, wire in self._net.out_edges(node_id, keys=True)),
                key=lambda wire: (natural(wire.target), wire),
            )
        return [wire for wire in found if port is None or wire.source_port == port]

    def reaches(self, start: str, goal: str) -> bool:
        """Data can flow from start to goal (a node reaches itself)."""
        return bool(nx.has_path(self._net, start, goal))

    def ancestors(self, node_id: str) -> set[str]:
        return set(nx.ancestors(self._net, node_id))

    def order(self) -> list[str]:
        """Node ids in topological order; ties by id, so the same design gives the same order."""
        if self._order is None:
            self._order = self._sorted()
        return list(self._order)

    def _sorted(self) -> list[str]:
        """Kahn's algorithm: of the nodes that wait for nothing the first by id is the next."""
        rank = {key: (natural(key), index) for index, key in enumerate(self._net)}
        waiting = {key: len(self.wires_into(key)) for key in rank}
        ready = [(rank[key], key) for key, count in waiting.items() if count == 0]
        heapq.heapify(ready)
        found = []
        while ready:
            _, key = heapq.heappop(ready)
            found.append(key)
            for wire in self.wires_from(key):
                waiting[wire.target] -= 1
                if waiting[wire.target] == 0:
                    heapq.heappush(ready, (rank[wire.target], wire.target))
        if len(found) < len(rank):
            raise DesignError("The wires of this design close a cycle.")
        return found

    def new_id(self, stem: str, taken: Iterable[str] = ()) -> str:
        """The first free id such as dense_1; notes share the name space."""
        used = {*self._net, *self._notes, *taken}
        number = 1
        while f"{stem}_{number}" in used:
            number += 1
        return f"{stem}_{number}"

    def design(self) -> Design:
        """A frozen copy. The same design always lists its pieces in the same order."""
        nodes = self.nodes
        return Design(
            nodes={key: nodes[key] for key in sorted(nodes, key=natural)},
            wires=tuple(self.wires()),
            notes={key: self._notes[key] for key in sorted(self._notes, key=natural)},
            training=self._training,
        )

    # changing

    def apply(self, changes: Iterable[Change]) -> None:
        """Make the changes in their order and raise their events.

        Raises: DesignError before anything is changed where a change does not start from the
        present state (a fault of the program, not of the person).
        """
        changes = tuple(changes)
        draft = _Draft(self)
        for change in changes:
            draft.check(change)
        for change in changes:
            self._make(change)
        self.changed()

    def _make(self, change: Change) -> None:
        if not _is_move(change):
            self._titles = None
        value = change.new if change.new is not None else change.old
        if isinstance(value, Node):
            self._make_node(change.key, change.old, change.new)
        elif isinstance(value, Wire):
            self._make_wire(change.old, change.new)
        elif isinstance(value, Note):
            self._make_note(change.key, change.new)
        elif isinstance(change.new, TrainingSettings):
            self._training = change.new
            self.training_changed(change.new)

    def _make_node(self, key: str, old: object, new: object) -> None:
        if isinstance(new, Node):
            is_new = key not in self._net
            before = None if is_new else self.node(key)
            self._into.pop(key, None)  # the order of its ports may be another one
            self._order = None if is_new else self._order
            self._net.add_node(key, node=new)
            if before is None:
                self.node_added(key)
            else:
                self.node_changed(key, before, new)
            return
        self._net.remove_node(key)
        self._forget(key, key)
        self.node_removed(key)

    def _make_wire(self, old: object, new: object) -> None:
        if isinstance(old, Wire):
            self._net.remove_edge(old.source, old.target, key=old)
            self._forget(old.source, old.target)
            self.wire_removed(old)
        if isinstance(new, Wire):
            self._net.add_edge(new.source, new.target, key=new)
            self._forget(new.source, new.target)
            self.wire_added(new)

    def _forget(self, source: str, target: str) -> None:
        self._from.pop(source, None)
        self._into.pop(target, None)
        self._order = None

    def _make_note(self, key: str, new: object) -> None:
        if not isinstance(new, Note):
            del self._notes[key]
            self.note_removed(key)
            return
        is_new = key not in self._notes
        self._notes[key] = new
        (self.note_added if is_new else self.note_changed)(key)

    def _fill(self, design: Design) -> None:
        """Take over a design that `model.files` has checked."""
        self.apply(
            [
                *(Change(key, None, node) for key, node in design.nodes.items()),
                *(Change("", None, wire) for wire in design.wires),
                *(Change(key, None, note) for key, note in design.notes.items()),
                Change("", self._training, design.training),
            ]
        )

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._net, key=natural))


def _is_move(change: Change) -> bool:
    """A node that keeps its title, or a note."""
    old, new = change.old, change.new
    if isinstance(old, Node) and isinstance(new, Node):
        return old.name == new.name and (old.layer is new.layer or old.layer == new.layer)
    return isinstance(old, Note) or isinstance(new, Note)


class _Draft:
    """The design as it would stand after some changes, for those pieces only that they touch."""

    def __init__(self, graph: NetworkGraph) -> None:
        self._graph = graph
        self._nodes: dict[str, Node | None] = {}
        self._notes: dict[str, Note | None] = {}
        self._wires: dict[Wire, bool] = {}
        self._training = graph.training

    def check(self, change: Change) -> None:
        """Take the change in. Raises: DesignError where it does not start from this state."""
        key, old, new = change
        kind = type(new if new is not None else old)
        if kind is Wire:
            is_sound = self._takes_wires(old, new)
        elif kind is Node:
            is_sound = self._node(key) == old and (new is not None or not self._is_wired(key))
            self._nodes[key] = new if isinstance(new, Node) else None
        elif kind is Note:
            is_sound = self._notes.get(key, self._graph.notes.get(key)) == old
            self._notes[key] = new if isinstance(new, Note) else None
        else:
            is_sound = self._training == old and new is not None
            self._training = new if isinstance(new, TrainingSettings) else self._training
        if not is_sound:
            place = f" at '{key}'" if key else ""
            raise DesignError(f"A change{place} does not fit the present design.")

    def _node(self, key: str) -> Node | None:
        if key in self._nodes:
            return self._nodes[key]
        return self._graph.node(key) if key in self._graph else None

    def _has(self, wire: Wire) -> bool:
        return self._wires.get(wire, self._graph.has_wire(wire))

    def _takes_wires(self, old: object, new: object) -> bool:
        is_sound = True
        if isinstance(old, Wire):
            is_sound = self._has(old)
            self._wires[old] = False
        if isinstance(new, Wire):
            ends = self._node(new.source), self._node(new.target)
            is_sound = is_sound and None not in ends and not self._has(new)
            self._wires[new] = True
        return is_sound

    def _is_wired(self, key: str) -> bool:
        wires = {wire for wire in self._wires if key in (wire.source, wire.target)}
        if key in self._graph:
            wires.update(self._graph.wires_into(key), self._graph.wires_from(key))
        return any(self._has(wire) for wire in wires)

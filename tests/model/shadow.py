"""A design seen from outside: its bytes, its wires in words, and its story told by events."""

from __future__ import annotations

import msgspec

from model.design import Node, Note, Wire
from model.graph import NetworkGraph
from model.settings import TrainingSettings


def bytes_of(graph: NetworkGraph) -> bytes:
    return msgspec.json.encode(graph.design())


class Shadow:
    """A listener that knows the design from its events alone."""

    def __init__(self, graph: NetworkGraph) -> None:
        self.graph = graph
        self.nodes: dict[str, Node] = {}
        self.wires: set[Wire] = set()
        self.notes: dict[str, Note] = {}
        self.training = graph.training
        self.rounds = 0
        graph.node_added.connect(self.on_node_added)
        graph.node_removed.connect(self.on_node_removed)
        graph.node_changed.connect(self.on_node_changed)
        graph.wire_added.connect(self.on_wire_added)
        graph.wire_removed.connect(self.on_wire_removed)
        graph.note_added.connect(self.on_note_added)
        graph.note_removed.connect(self.on_note_removed)
        graph.note_changed.connect(self.on_note_changed)
        graph.training_changed.connect(self.on_training_changed)
        graph.changed.connect(self.on_changed)

    def on_node_added(self, key: str) -> None:
        assert key not in self.nodes
        self.nodes[key] = self.graph.node(key)

    def on_node_removed(self, key: str) -> None:
        assert not [wire for wire in self.wires if key in (wire.source, wire.target)]
        del self.nodes[key]

    def on_node_changed(self, key: str, old: Node, new: Node) -> None:
        assert self.nodes[key] == old
        self.nodes[key] = new

    def on_wire_added(self, wire: Wire) -> None:
        assert wire not in self.wires
        assert {wire.source, wire.target} <= self.nodes.keys()
        self.wires.add(wire)

    def on_wire_removed(self, wire: Wire) -> None:
        self.wires.remove(wire)

    def on_note_added(self, key: str) -> None:
        assert key not in self.notes
        self.notes[key] = self.graph.notes[key]

    def on_note_removed(self, key: str) -> None:
        del self.notes[key]

    def on_note_changed(self, key: str) -> None:
        assert key in self.notes
        self.notes[key] = self.graph.notes[key]

    def on_training_changed(self, training: TrainingSettings) -> None:
        self.training = training

    def on_changed(self) -> None:
        self.rounds += 1

    def check(self) -> None:
        assert self.nodes == self.graph.nodes
        assert self.wires == set(self.graph.wires())
        assert self.notes == self.graph.notes
        assert self.training == self.graph.training


def wires_of(graph: NetworkGraph) -> list[str]:
    return [f"{w.source}.{w.source_port} > {w.target}.{w.target_port}" for w in graph.wires()]

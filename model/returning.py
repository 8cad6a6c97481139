"""From one design to another as an edit: what has changed since, and nothing else."""

from __future__ import annotations

import msgspec

from model.design import Change, Design, Edit
from model.graph import NetworkGraph


def edit_to(graph: NetworkGraph, design: Design, text: str) -> Edit:
    """Nodes, wires and training settings of `design`; cards that are there stay where they lie,
    and so do notes. No changes where nothing that is trained differs."""
    now = graph.nodes
    wires = set(graph.wires())
    wanted = {
        key: msgspec.structs.replace(node, x=now[key].x, y=now[key].y) if key in now else node
        for key, node in design.nodes.items()
    }
    kept = set(design.wires)
    changes = [
        *(Change("", wire, None) for wire in sorted(wires - kept)),
        *(Change(key, node, None) for key, node in now.items() if key not in wanted),
        *(Change(key, now.get(key), node) for key, node in wanted.items() if now.get(key) != node),
        *(Change("", None, wire) for wire in sorted(kept - wires)),
    ]
    if graph.training != design.training:
        changes.append(Change("", graph.training, design.training))
    return Edit(text, tuple(changes))

"""The cards between which a Jacobian lies, as the little picture beside it shows them."""

from __future__ import annotations

from gui.canvas.wire_text import chip_of
from gui.labs.jacobian_where import End
from model.analysis.jacobian import Jacobian
from model.analysis.rehearsal import Rehearsal
from model.analysis.tracing import port_names
from model.layer import Spec


def ends_of(step: Rehearsal, found: Jacobian) -> tuple[End, ...]:
    """What enters, the node, and the first that hears it."""
    node = step.plan.by_id[found.node_id]
    own = _end(step, found.node_id)
    if found.is_parameter:
        shape = " × ".join(map(str, found.in_shape)) or "1"
        source = End("", f"parameter {found.by}", shape, "weight", node.layer.category)
    else:
        source = _end(step, node.wires[port_names(node).index(found.by)].source)
    listeners = [key for key, _ in node.consumers if key in step.plan.by_id]
    return (source, own, _end(step, listeners[0])) if listeners else (source, own)


def _end(step: Rehearsal, node_id: str) -> End:
    node = step.plan.by_id[node_id]
    specs = list(node.outputs.values())
    spec: Spec | None = specs[0] if specs else None
    layer = node.layer
    return End(node_id, step.graph.title_of(node_id), chip_of(spec), layer.icon, layer.category)

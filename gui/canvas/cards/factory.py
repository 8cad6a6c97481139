"""Which face a node wears."""

from __future__ import annotations

from gui.canvas.cards.face import Face
from gui.canvas.cards.strips import Sign, StripFace
from model.graph import Node
from model.layer import Loss, Source
from model.shapes import Inference


def face_for(node: Node, inference: Inference, node_id: str) -> Face:
    """The face of a node whose shapes are known; a card with nothing to show is compact."""
    layer = node.layer
    spec = inference.out(node_id)
    if isinstance(layer, Source | Loss) or layer.is_view or spec is None:
        return Face()
    sign: Sign = "signed" if layer.is_signed else "positive"
    return StripFace(max(spec.size, 1), sign)

"""What a card is made of, and how large that makes it; of cards, too, that are still to come."""

from __future__ import annotations

from typing import NamedTuple

from gui import theme
from gui.canvas import node_paint
from gui.canvas.cards import Face, face_for
from gui.canvas.cards.hints import NO_HINTS, Hints
from gui.canvas.cards.scalar_face import SmallScalarFace
from gui.canvas.wire_text import chip_of
from model.design import Node
from model.layer import Source
from model.layers.scalar import Function, Goal, Variable
from model.shapes import Inference


class Measure(NamedTuple):
    """What a card is made of. size: (width, height); header: height of the header."""

    face: Face
    chips: tuple[str, ...]
    header: float
    size: tuple[float, float]


def measure(node: Node, inference: Inference, node_id: str, hints: Hints = NO_HINTS) -> Measure:
    """The card of a node, px. hints: what the nodes around it say."""
    look = theme.current()
    face = face_for(node, inference, node_id, hints)
    body = face.size(look)
    chips = _chips(node, inference, node_id, face)
    rows = node_paint.header_rows(look, body.width(), node.title, chips)
    header = node_paint.header_height(look, rows if body.height() > 0 else 2) * face.header_share
    return Measure(face, chips, header, (body.width(), header + max(body.height(), 0.0)))


def _chips(node: Node, inference: Inference, node_id: str, face: Face) -> tuple[str, ...]:
    """Output shape and parameters; the long words only where they have room."""
    shape = chip_of(inference.out(node_id))
    count = inference.n_parameters(node_id)
    if not shape:
        return ()
    note = face.chip_note()
    shape = f"{shape}, {note}" if note else shape
    if isinstance(face, SmallScalarFace):
        return ()
    if isinstance(node.layer, (Source, Variable, Function, Goal)):
        return (shape,)
    if count:
        return (shape, f"θ {count:,}")
    look = theme.current()
    width, wish = face.size(look).width(), face.header_wish(look)
    for words in ("no parameters", "θ none"):
        if node_paint.header_rows(look, width - wish, node.title, (shape, words)) == 1:
            return (shape, words)
    is_roomy = not wish or node_paint.header_rows(look, width - wish, node.title, (shape,)) == 2
    return (shape, "θ none") if is_roomy else (shape,)

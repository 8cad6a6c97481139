"""What a card shows of the model."""

from __future__ import annotations

from gui.canvas.cards.hints import Hints
from model.design import Node
from model.shapes import Inference


def facts_of(key: str, node: Node, inference: Inference, hints: Hints) -> tuple[object, ...]:
    """While these are equal, the card need not be filled anew, and keeps its size."""
    return (
        node.layer,
        node.name,
        node.is_compact,
        hints,
        inference.out(key),
        inference.inputs.get(key),
        inference.n_parameters(key),
        tuple(str(problem) for problem in inference.problems_of(key)),
    )

"""Ready-made groups of layers: inserted opened, so that every part can be looked at and changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from model.design import Change, Edit, Node, Wire, stem_of
from model.graph import NetworkGraph
from model.layer import Layer
from model.layers.activations import Linear, ReLU
from model.layers.attention import SelfAttention
from model.layers.dense import Dense
from model.layers.layer_norm import LayerNorm
from model.layers.merge import Add

ROW_PX = 208.0
COLUMN_PX = 328.0
End = tuple[str, str]
"""A node id and its output port."""


class _Part(NamedTuple):
    """A layer of a block, the parts before it by their places in the list (-1: what enters the
    block), and its column and row."""

    layer: Layer
    after: tuple[int, ...]
    column: int
    row: int
    name: str = ""


class Block(NamedTuple):
    """What the palette offers. insert(graph, x, y, source): the edit that lays the block down at
    scene pixels, wired behind `source`; None: it begins with a Linear node to wire to."""

    title: str
    category: str
    icon: str
    description: str
    insert: Callable[[NetworkGraph, float, float, End | None], Edit]


def transformer_block(
    graph: NetworkGraph,
    x: float,
    y: float,
    d: int = 64,
    heads: int = 4,
    hidden: int = 128,
    *,
    causal: bool = False,
    source: End | None = None,
) -> Edit:
    """h + attention(norm(h)), then h + Dense(ReLU(Dense(norm(h)))) at every step; d numbers a step.

    Source: Vaswani et al. 2017; the norm in front of each part as in Xiong et al. 2020.
    """
    parts = (
        _Part(LayerNorm(), (-1,), 0, 0),
        _Part(SelfAttention(heads=heads, causal=causal), (0,), 0, 1),
        _Part(Add(), (-1, 1), 0, 2, "Skip attention"),
        _Part(LayerNorm(), (2,), 1, 0),
        _Part(Dense(units=hidden, each_step=True, initializer="he_uniform"), (3,), 1, 1),
        _Part(ReLU(), (4,), 1, 2),
        _Part(Dense(units=d, each_step=True), (5,), 1, 3),
        _Part(Add(), (2, 6), 1, 4, "Skip feed-forward"),
    )
    return _laid_down(graph, "Insert a transformer block", parts, (x, y), source)


def residual_block(
    graph: NetworkGraph, x: float, y: float, units: int = 16, *, source: End | None = None
) -> Edit:
    """h + Dense(ReLU(Dense(h))): the delta can go straight past the two layers.

    Source: He et al. 2016.
    """
    parts = (
        _Part(Dense(units=units, initializer="he_uniform"), (-1,), 0, 0),
        _Part(ReLU(), (0,), 0, 1),
        _Part(Dense(units=units), (1,), 0, 2),
        _Part(Add(), (-1, 2), 0, 3, "Skip"),
    )
    return _laid_down(graph, "Insert a residual block", parts, (x, y), source)


def _laid_down(
    graph: NetworkGraph,
    text: str,
    parts: Sequence[_Part],
    place: tuple[float, float],
    source: End | None,
) -> Edit:
    """Nodes and wires of all parts. Raises: DesignError where the source is not there."""
    x, y = place
    created: list[str] = []
    nodes: list[Change] = []
    if source is None:
        parts = [_Part(Linear(), (), 0, 0, "Block input"), *map(_behind_entry, parts)]
    else:
        graph.node(source[0])
    for part in parts:
        key = graph.new_id(stem_of(part.layer), created)
        created.append(key)
        left, top = x + part.column * COLUMN_PX, y + part.row * ROW_PX
        nodes.append(Change(key, None, Node(layer=part.layer, name=part.name, x=left, y=top)))
    wires = []
    for key, part in zip(created, parts, strict=True):
        for order, before in enumerate(part.after):
            start = source if before < 0 else (created[before], "h")
            if start is not None:
                wires.append(Change("", None, Wire(*start, key, "h", order)))
    return Edit(text, (*nodes, *wires), tuple(created))


def _behind_entry(part: _Part) -> _Part:
    """The same part where a node of its own stands for what enters, one row above the first."""
    row = part.row if part.column else part.row + 1
    return part._replace(after=tuple(before + 1 for before in part.after), row=row)


BLOCKS: dict[str, Block] = {
    "transformer_block": Block(
        "Transformer block",
        "attention",
        "view-grid-plus-outline",
        "Attention and a feed-forward network, each behind a norm and with a skip connection.",
        lambda graph, x, y, source: transformer_block(graph, x, y, source=source),
    ),
    "residual_block": Block(
        "Residual block",
        "merge",
        "debug-step-over",
        "Two Dense layers with a skip connection around them.",
        lambda graph, x, y, source: residual_block(graph, x, y, source=source),
    ),
}
"""By key, for the palette; the numbers are those of the defaults and can be changed afterwards."""

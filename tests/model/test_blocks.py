"""Ready-made groups of nodes fit where they are put, train, and are undone in one step."""

from __future__ import annotations

import numpy as np
import pytest

from model.analysis.gradient_check import check_gradients
from model.blocks import BLOCKS, Block, residual_block, transformer_block
from model.design import Change, Edit, Wire
from model.errors import DesignError
from model.graph import NetworkGraph
from model.layer import CATEGORIES
from model.layers.attention import SelfAttention
from model.layers.dense import Dense
from model.layers.embedding import Embedding
from model.layers.sequence_losses import SequenceCrossEntropy
from model.shapes import infer
from tests.model.samples import Given, build

TOKENS, STEPS, WIDTH = 5, 4, 6


def start() -> NetworkGraph:
    given = Given(shapes=((STEPS,),), tokens=(TOKENS,), target=(STEPS,), classes=TOKENS)
    return build(
        {
            "given": given,
            "embedding": Embedding(units=WIDTH),
            "head": Dense(units=TOKENS, each_step=True),
            "loss": SequenceCrossEntropy(),
        },
        "given.a > embedding.h",
        "head.h > loss.prediction",
        "given.y > loss.target",
    )


def finished(graph: NetworkGraph, edit: Edit) -> None:
    graph.apply([*edit.changes, Change("", None, Wire(edit.created[-1], "h", "head", "h"))])


def test_two_transformer_blocks_behind_each_other_have_right_gradients():
    graph = start()
    end = "embedding"
    for _ in range(2):
        edit = transformer_block(
            graph, 0, 0, d=WIDTH, heads=2, hidden=8, causal=True, source=(end, "h")
        )
        end = edit.created[-1]
        graph.apply(edit.changes)
    graph.apply([Change("", None, Wire(end, "h", "head", "h"))])
    assert infer(graph).problems == ()
    rng = np.random.default_rng(1)
    tokens = rng.integers(0, TOKENS, (2, STEPS))
    report = check_gradients(graph, {"given": {"a": tokens, "y": tokens[:, ::-1]}}, entries=12)
    assert report.is_good, report


def test_a_block_is_wired_behind_its_source_around_both_parts():
    graph = start()
    edit = transformer_block(graph, 0, 0, d=WIDTH, heads=2, hidden=8, source=("embedding", "h"))
    graph.apply(edit.changes)
    norm, attention, skip, second_norm, *_rest, last = edit.created
    assert {wire.target for wire in graph.wires_from("embedding")} == {norm, skip}
    assert {wire.target for wire in graph.wires_from(skip)} == {second_norm, last}
    assert [wire.source for wire in graph.wires_into(skip)] == ["embedding", attention]
    layer = graph.node(attention).layer
    assert isinstance(layer, SelfAttention)
    assert not layer.causal


def test_without_a_source_one_node_stands_for_what_enters():
    graph = start()
    edit = transformer_block(graph, 0, 0, d=WIDTH, heads=2, hidden=8)
    finished(graph, edit)
    graph.apply([Change("", None, Wire("embedding", "h", edit.created[0], "h"))])
    assert infer(graph).problems == ()


@pytest.mark.parametrize("key", BLOCKS)
def test_no_card_of_a_block_lies_on_another_and_one_undo_takes_all_away(key: str):
    graph = start()
    before = graph.design()
    edit = BLOCKS[key].insert(graph, 100.0, 50.0, None)
    graph.apply(edit.changes)
    places = [(graph.node(key).x, graph.node(key).y) for key in edit.created]
    assert len(set(places)) == len(places)
    assert (min(x for x, _ in places), min(y for _, y in places)) == (100.0, 50.0)
    graph.apply(edit.reversed().changes)
    assert graph.design() == before


@pytest.mark.parametrize("block", BLOCKS.values(), ids=BLOCKS)
def test_the_palette_is_told_what_a_block_is(block: Block):
    assert block.title
    assert block.description.endswith(".")
    assert block.category in CATEGORIES


def test_a_residual_block_keeps_the_width():
    graph = build({"given": Given(shapes=((7,),), target=(7,))})
    edit = residual_block(graph, 0, 0, units=7, source=("given", "a"))
    graph.apply(edit.changes)
    found = infer(graph)
    out = found.out(edit.created[-1])
    assert out is not None
    assert out.shape == (7,)


def test_a_source_that_is_not_there_is_refused():
    with pytest.raises(DesignError, match="no node named"):
        transformer_block(NetworkGraph(), 0, 0, source=("nowhere", "h"))

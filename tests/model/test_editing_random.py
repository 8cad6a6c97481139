"""Any edit can be undone and redone to the byte, and events tell the whole story."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from model.design import Edit
from model.layers.activations import ReLU
from model.layers.dense import Dense
from model.layers.losses import SoftmaxCrossEntropy
from model.layers.source import DataSource
from tests.model.random_edits import check_is_sound, draw_edit
from tests.model.samples import chain
from tests.model.shadow import Shadow, bytes_of


@settings(max_examples=120)
@given(data=st.data(), count=st.integers(1, 14))
def test_any_sequence_of_edits_is_undone_and_redone_to_the_byte(data: st.DataObject, count: int):
    graph = chain(DataSource(), Dense(units=2), ReLU(), loss=SoftmaxCrossEntropy())
    shadow = Shadow(graph)
    shadow.nodes, shadow.wires = graph.nodes, set(graph.wires())
    states = [bytes_of(graph)]
    edits: list[Edit] = []
    for _ in range(count):
        edit = draw_edit(data, graph)
        if edit is None or not edit.changes:
            continue
        assert edit.text
        assert bytes_of(graph) == states[-1], "making an edit changed the design"
        graph.apply(edit.changes)
        for key in edit.created:
            assert key in graph or key in graph.notes
        shadow.check()
        check_is_sound(graph)
        edits.append(edit)
        states.append(bytes_of(graph))
    for edit, before in zip(reversed(edits), reversed(states[:-1]), strict=True):
        graph.apply(edit.reversed().changes)
        assert bytes_of(graph) == before
        shadow.check()
    for edit, then in zip(edits, states[1:], strict=True):
        graph.apply(edit.changes)
        assert bytes_of(graph) == then
        shadow.check()
    assert shadow.rounds == 3 * len(edits)


@settings(max_examples=60)
@given(data=st.data(), count=st.integers(1, 10))
def test_an_edit_reversed_twice_is_the_edit(data: st.DataObject, count: int):
    graph = chain(DataSource(), Dense(units=2), loss=SoftmaxCrossEntropy())
    for _ in range(count):
        edit = draw_edit(data, graph)
        if edit is not None:
            assert edit.reversed().reversed().changes == edit.changes
            graph.apply(edit.changes)

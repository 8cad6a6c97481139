"""What a running training changes on the canvas, and what the canvas asks of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtWidgets import QApplication

from gui import theme
from gui.canvas.live import DeltaScale, wire_looks
from gui.canvas.wire_layer import Look
from model import editing
from model.design import Design, Wire
from model.layers.dense import Dense
from model.snapshot import NodeView
from tests.gui.canvas.conftest import Hands, mnist, shown, snapshot

_WIRE = Wire("dense_1", "h", "batch_norm_1", "h")


def view_of(delta: np.ndarray) -> NodeView:
    return NodeView(out=np.abs(delta), delta=delta, delta_rms=float(np.sqrt((delta**2).mean())))


def test_the_scale_of_delta_is_the_percentile_over_all_cards() -> None:
    scale = DeltaScale()
    values = np.arange(1, 101, dtype=float)
    scale.take(snapshot({"a": view_of(values[:50]), "b": view_of(-values[50:])}), 97.5)
    # linear interpolation: rank 0.975 * 99 = 96.525, between 97 and 98
    assert scale.value == pytest.approx(97.525)


def test_the_scale_follows_slowly_so_that_bars_do_not_dance() -> None:
    scale = DeltaScale()
    scale.take(snapshot({"a": view_of(np.full(10, 1.0))}), 97.5)
    scale.take(replace(snapshot({"a": view_of(np.full(10, 2.0))}), step=2), 97.5)
    assert scale.value == pytest.approx(2**0.15)


def test_not_a_number_does_not_reach_the_scale() -> None:
    scale = DeltaScale()
    scale.take(snapshot({"a": view_of(np.array([np.nan, np.inf, 1.0]))}), 97.5)
    assert scale.value == 1.0


def test_wires_grow_with_delta_and_point_back(hands: Hands) -> None:
    shown(hands, mnist())
    looks = wire_looks(
        [_WIRE], hands.document.inference, snapshot({}, {_WIRE: 0.01}), "", theme.current()
    )
    assert looks[_WIRE].token == "bwd"
    assert looks[_WIRE].arrow == "backward"
    # 2.5 + 6 * clip((log10(0.01) + 3.3) / 0.95, 0, 1) = 8.5
    assert looks[_WIRE].width == 8.5


def test_a_wire_without_weights_is_a_thin_dotted_line_and_says_why(hands: Hands) -> None:
    shown(hands, mnist())
    wire = next(w for w in hands.graph.wires() if w.target == "dense_1")
    found = replace(snapshot({}, {wire: 0.01}), vanished=frozenset({wire}))
    looks = wire_looks([wire, _WIRE], hands.document.inference, found, "", theme.current())
    assert looks[wire] == Look("text3", 1.0, is_dotted=True)
    assert not looks[_WIRE].is_dotted
    hands.view.canvas.live.snapshot = found
    tip = hands.view.hovering._wire_tip(wire)
    assert tip.endswith("All weights of Dense 128 are exactly 0: nothing passes.")


def test_labels_are_dotted_and_faults_are_red(hands: Hands) -> None:
    shown(hands, mnist())
    inference = hands.document.inference
    labels = Wire("data_1", "y", "loss_1", "target")
    looks = wire_looks(hands.graph.wires(), inference, None, "", theme.current())
    assert looks[labels].is_dotted
    assert not looks[_WIRE].is_dotted
    hands.document.attempt(editing.set_fields, "dense_2", {"units": 7})
    looks = wire_looks(hands.graph.wires(), hands.document.inference, None, "", theme.current())
    assert looks[labels].token == "err"
    assert hands.view.canvas.nodes["loss_1"].is_blocking
    assert "7" in hands.view.hovering.tip_at(hands.grip("loss_1"))


def test_the_legend_appears_with_the_first_values_and_goes_on_reset(hands: Hands) -> None:
    shown(hands, mnist())
    legend = hands.view.overlays.legend
    assert legend.isHidden()
    hands.controller.snapshot.emit(snapshot({"dense_1": view_of(np.full(128, 0.5))}))
    assert not legend.isHidden()
    assert legend.scale == 0.5
    assert legend.tip().endswith("δ = ±0.5")
    second = snapshot({"dense_1": view_of(np.full(128, 0.5001))})
    hands.controller.snapshot.emit(replace(second, step=2))
    assert legend.scale != 0.5
    assert legend.tip().endswith(f"δ = ±{legend.scale:.8g}"), "in full, though 0.5 is shown"
    hands.controller.reset_done.emit()
    assert legend.isHidden()
    assert hands.view.canvas.snapshot is None


def test_the_phase_passes_over_the_cards_in_order(hands: Hands) -> None:
    shown(hands, mnist())
    nodes = hands.view.canvas.nodes
    order = hands.document.inference.order
    hands.controller.phase_changed.emit("forward", 0.0)
    assert {key for key in nodes if nodes[key].phase} == {order[0]}
    hands.controller.phase_changed.emit("backward", 0.0)
    assert {key: nodes[key].phase for key in nodes if nodes[key].phase} == {order[-1]: "bwd"}
    hands.controller.phase_changed.emit("update", 0.5)
    lit = {key for key in nodes if nodes[key].phase == "upd"}
    assert lit == {"dense_1", "batch_norm_1", "dense_2"}
    hands.controller.phase_changed.emit("", 0.0)
    assert not any(item.phase for item in nodes.values())


def test_pointing_at_a_strip_follows_that_neuron(hands: Hands) -> None:
    shown(hands, mnist())
    delta = np.linspace(-1, 1, 128)
    hands.controller.snapshot.emit(snapshot({"dense_1": view_of(delta)}))
    item = hands.view.canvas.nodes["dense_1"]
    x = item.face.neuron_x(26, theme.current())
    body, context = item.body_rect(), hands.view.canvas.context_of("dense_1")
    heights = [
        y
        for y in range(int(body.top()), int(body.bottom()), 2)
        if item.face.neuron_at(QPointF(x, y), body, context) == 26
    ]
    hands.view.hovering.move(item.pos() + QPointF(x, heights[0]))
    assert hands.view.canvas.neuron == 26
    QApplication.processEvents()


@pytest.mark.parametrize("name", ["light", "dark", "projector"])
@pytest.mark.parametrize("zoom", [0.1, 0.45, 1.0])
def test_every_theme_paints_at_every_distance(
    hands: Hands, qapp: QApplication, name: str, zoom: float
) -> None:
    shown(hands, mnist())
    theme.apply(qapp, name)
    hands.view.set_zoom(zoom)
    hands.controller.snapshot.emit(
        snapshot({"dense_1": view_of(np.linspace(-1, 1, 128))}, {_WIRE: 0.01})
    )
    hands.controller.show_neuron(3)
    hands.view.canvas.select({"dense_1"})
    assert not hands.view.grab().isNull()
    theme.apply(qapp, "light")


def test_an_empty_canvas_says_how_to_begin(hands: Hands) -> None:
    shown(hands, Design())
    hint = hands.view.overlays.hint
    asked: list[bool] = []
    hands.view.example_requested.connect(lambda: asked.append(True))
    assert hint.isVisible()
    hint.example.click()
    assert asked == [True]
    hands.document.attempt(editing.add_node, Dense(), 0.0, 0.0)
    assert hint.isHidden()


def test_the_mini_map_can_be_put_away(hands: Hands) -> None:
    shown(hands, mnist())
    assert hands.view.overlays.minimap.isVisible()
    hands.view.overlays.zoom_bar.map.click()
    assert hands.view.overlays.minimap.isHidden()
    assert not hands.view.actions_["minimap"].isChecked()
    hands.view.actions_["minimap"].trigger()
    assert hands.view.overlays.minimap.isVisible()


def test_another_look_at_the_same_step_leaves_the_scale_as_it_is() -> None:
    scale = DeltaScale()
    scale.take(snapshot({"a": view_of(np.full(10, 1.0))}), 97.5)
    later = replace(snapshot({"a": view_of(np.full(10, 2.0))}), step=2)
    scale.take(later, 97.5)
    scale.take(later, 97.5)
    assert scale.value == pytest.approx(2**0.15)


def test_pointing_at_the_shape_beside_a_wire_tells_of_the_wire(hands: Hands) -> None:
    shown(hands, mnist())
    label = hands.view.canvas.wires.label_of(_WIRE)
    assert label is not None
    tip = hands.view.hovering.tip_at(QRectF(*label.box).center())
    assert tip.startswith("Dense 128 to Batch norm\nB × 128")


def test_the_tip_of_a_header_says_its_numbers_in_full(hands: Hands) -> None:
    shown(hands, mnist())
    mask = np.arange(128) % 4 > 0
    seen = replace(view_of(np.zeros(128)), extras={"mask": mask})
    hands.controller.snapshot.emit(snapshot({"dropout_1": seen}))
    tip = hands.view.hovering.tip_at(hands.grip("dropout_1"))
    assert "p = 0.5; 96 of 128 kept for item 1 of the batch" in tip

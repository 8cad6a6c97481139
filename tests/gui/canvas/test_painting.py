"""What a training step repaints, and that the short way paints the same as the long one."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from gui import theme
from gui.canvas.legend import Legend
from gui.canvas.node_paint import text_width
from model.design import Wire
from model.layers.dense import Dense
from model.layers.losses import SoftmaxCrossEntropy
from model.layers.source import DataSource
from model.snapshot import NodeView, Snapshot
from tests.gui.canvas.conftest import Hands, chain, mnist, shown, snapshot

_WIRE = Wire("dense_1", "h", "batch_norm_1", "h")


def step(seed: int) -> Snapshot:
    """Numbers on every kind of card."""
    rng = np.random.default_rng(seed)

    def view(count: int, **extras: object) -> NodeView:
        h, delta = rng.normal(size=count), rng.normal(size=count) * 0.01
        return NodeView(out=h, delta=delta, delta_rms=0.01, extras=extras)

    bells = {"neuron": 0, "before": rng.normal(size=32), "after": rng.normal(size=32)}
    image = rng.random((28, 28))
    share = rng.random(10)
    nodes = {
        "data_1": NodeView(out=image, extras={"x": image, "y": int(rng.integers(10))}),
        "dense_1": view(128),
        "batch_norm_1": view(128, mean=0.25, std=float(rng.random()), **bells),
        "relu_1": view(128),
        "dropout_1": view(128, mask=rng.random(128) > 0.5),
        "dense_2": view(10),
        "loss_1": NodeView(
            extras={"loss": rng.random(), "probability": share / share.sum(), "target": 4}
        ),
    }
    return snapshot(nodes, {_WIRE: 0.01})


def laid_out(hands: Hands) -> None:
    shown(hands, mnist())
    hands.view.actions_["layout"].trigger()


def on_screen(hands: Hands) -> QImage:
    QApplication.processEvents()
    return hands.view.screen().grabWindow(hands.view.winId()).toImage()


def pixels(image: QImage) -> np.ndarray:
    found = image.convertToFormat(QImage.Format.Format_RGB32)
    raw = np.frombuffer(found.constBits(), np.uint8)
    return raw.reshape(found.height(), found.width(), 4)[:, :, :3].astype(int)


@pytest.mark.parametrize("name", ["light", "dark", "projector"])
@pytest.mark.parametrize("zoom", [0.45, 0.73, 1.0, 1.31])
def test_a_step_paints_what_a_whole_repaint_would(
    hands: Hands, qapp: QApplication, name: str, zoom: float
) -> None:
    theme.apply(qapp, name)
    laid_out(hands)
    hands.view.set_zoom(zoom)
    hands.controller.snapshot.emit(step(0))
    # The first frames are drawn, not copied, and below a plain rectangle, for which Qt samples a
    # scaled picture otherwise than below the region that the overlays leave: nothing to do with
    # what a step repaints, so the comparison begins when all cards are pictures.
    for _ in range(2):
        hands.view.viewport().repaint()
    for seed in (1, 2, 3):
        hands.controller.snapshot.emit(step(seed))
        QApplication.processEvents()
    by_parts = on_screen(hands)
    hands.view.viewport().repaint()
    # a card copied from a picture with soft edges is rounded twice: at most two levels of 255 off
    assert np.abs(pixels(on_screen(hands)) - pixels(by_parts)).max() <= 3
    theme.apply(qapp, "light")


def test_a_step_takes_the_short_way_where_no_cards_overlap(
    hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    laid_out(hands)
    for seed in (1, 2):
        hands.controller.snapshot.emit(step(seed))
        on_screen(hands)
    grounds: list[object] = []
    monkeypatch.setattr("gui.canvas.background.paint_grid", lambda *args: grounds.append(args))
    hands.controller.snapshot.emit(step(3))
    on_screen(hands)
    assert grounds == []
    hands.view.canvas.preview({"relu_1": (40.0, 60.0)})
    hands.controller.snapshot.emit(step(3))
    on_screen(hands)
    assert grounds


def test_pictures_of_cards_do_not_grow_without_end(
    hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gui.canvas.card_pictures.MOST_BYTES", 400_000)
    shown(hands, mnist())
    for seed in (1, 2, 3):
        hands.controller.snapshot.emit(step(seed))
        on_screen(hands)
    kept = hands.view.canvas.pictures._kept.values()
    assert 1 <= len(kept) < 8
    assert sum(found.bytes for found in kept) <= 400_000


def test_the_legend_shows_the_maps_that_are_on_the_board(hands: Hands) -> None:
    shown(hands, mnist())
    hands.controller.snapshot.emit(step(1))
    legend: Legend = hands.view.overlays.legend
    assert "own map" in legend.toolTip()
    both = legend.height()
    shown(hands, chain(("data_1", DataSource(dataset="iris")), ("dense_1", Dense())))
    hands.controller.snapshot.emit(step(2))
    assert "yellow" not in legend.toolTip()
    assert legend.height() < both


def test_a_loss_names_the_classes_of_its_data(hands: Hands) -> None:
    design = chain(
        ("data_1", DataSource(dataset="iris")),
        ("dense_1", Dense(units=3)),
        ("loss_1", SoftmaxCrossEntropy()),
    )
    shown(hands, design)
    hands.view.inserter.connect(Wire("data_1", "y", "loss_1", "target"))
    QApplication.processEvents()
    loss = hands.view.canvas.nodes["loss_1"].face
    names = [name for name, _ in loss._answer._names(theme.current())]
    assert names == ["setosa", "versicolor", "virginica"]


def test_dropout_has_room_to_say_how_many_are_kept(hands: Hands, qapp: QApplication) -> None:
    for name in ("light", "projector"):
        theme.apply(qapp, name)
        shown(hands, mnist())
        item = hands.view.canvas.nodes["dropout_1"]
        _box, free = item._extras(theme.current(), "p = 0.5")
        assert free.width() >= text_width(theme.current(), "caption", "128 kept")
    theme.apply(qapp, "light")

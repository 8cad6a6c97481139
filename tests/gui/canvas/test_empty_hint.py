"""The hint of an empty canvas does not stand in the way of the first layer."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from gui.palette.mime import LAYER_MIME


def offer(hands, mime: QMimeData) -> bool:
    """Drag onto the middle of the hint and let go; True where it was taken."""
    hint = hands.view.overlays.hint
    spot = QPointF(hint.rect().center())
    args = (
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    for event in (
        QDragEnterEvent(spot.toPoint(), *args),
        QDragMoveEvent(spot.toPoint(), *args),
        drop := QDropEvent(spot, *args),
    ):
        QApplication.sendEvent(hint, event)
    QApplication.processEvents()
    return drop.isAccepted()


def test_a_layer_dropped_on_the_hint_lands_on_the_canvas_there(hands) -> None:
    hint = hands.view.overlays.hint
    assert hint.isVisible()
    centre = hint.mapTo(hands.view, hint.rect().center())
    mime = QMimeData()
    mime.setData(LAYER_MIME, b"dense")
    assert offer(hands, mime)
    (node_id,) = hands.graph
    card = hands.view.canvas.nodes[node_id]
    below = hands.view.viewport().mapFrom(hands.view, centre)
    assert card.sceneBoundingRect().contains(hands.view.mapToScene(below))
    assert not hint.isVisible()


def test_the_hint_takes_nothing_that_is_no_layer(hands) -> None:
    mime = QMimeData()
    mime.setText("just words")
    assert not offer(hands, mime)
    assert not list(hands.graph)


def test_the_hint_leaves_the_zoom_bar_free_where_there_is_room(hands) -> None:
    overlays = hands.view.overlays
    for width, height in ((960, 420), (632, 420), (1200, 380), (720, 460)):
        hands.view.resize(width, height)
        QApplication.processEvents()
        bar = overlays.zoom_bar
        assert bar.isHidden() or not overlays.hint.geometry().intersects(bar.geometry())

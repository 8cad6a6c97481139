"""The mini-map: the frame is dragged, a click beside it looks there, and nobody gets lost."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gui.canvas.minimap import MiniMap
from tests.gui.canvas.conftest import Hands, mnist, shown

Left = Qt.MouseButton.LeftButton


def middle(hands: Hands) -> QPointF:
    return hands.view.mapToScene(hands.view.viewport().rect().center())


def near(hands: Hands) -> MiniMap:
    """A part of the network of the mock-up, at 150 %."""
    shown(hands, mnist())
    hands.view.set_zoom(1.5)
    hands.view.centerOn(hands.centre("batch_norm_1"))
    hands.view.after_scroll()
    QApplication.processEvents()
    return hands.view.overlays.minimap


def drag(hands: Hands, box: MiniMap, start: QPoint, step: QPoint) -> None:
    QTest.mousePress(box, Left, pos=start)
    for share in (0.3, 0.7, 1.0):
        QTest.mouseMove(box, start + step * share)
        QApplication.processEvents()
    QTest.mouseRelease(box, Left, pos=start + step)


def test_the_frame_is_taken_where_it_is_held(hands: Hands) -> None:
    box = near(hands)
    frame, (_around, scale, _corner) = box._seen_box(), box._frame()
    before = middle(hands)
    grip = (frame.center() + QPointF(frame.width() / 4, 0)).toPoint()
    QTest.mousePress(box, Left, pos=grip)
    assert (middle(hands) - before).manhattanLength() < 2 / scale, "nothing jumps"
    QTest.mouseRelease(box, Left, pos=grip)
    drag(hands, box, grip, QPoint(0, 6))
    moved = middle(hands) - before
    assert moved.y() == pytest.approx(6 / scale, abs=2 / scale)
    assert abs(moved.x()) <= 2 / scale


def test_a_click_beside_the_frame_looks_there(hands: Hands) -> None:
    box = near(hands)
    around, scale, corner = box._frame()
    goal = hands.centre("data_1")
    spot = (corner + (goal - around.topLeft()) * scale).toPoint()
    assert not box._seen_box().contains(QPointF(spot))
    QTest.mouseClick(box, Left, pos=spot)
    assert (middle(hands) - goal).manhattanLength() <= 2 / scale + 2


def test_no_drag_leads_away_from_all_cards(hands: Hands) -> None:
    box = near(hands)
    drag(hands, box, box._seen_box().center().toPoint(), QPoint(4000, 4000))
    corner = hands.view.canvas.content_rect().bottomRight()
    assert (middle(hands) - corner).manhattanLength() <= 4

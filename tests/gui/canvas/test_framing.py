"""What the window shows at first, how it gets there, and how a drag pushes it on."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gui import theme
from gui.canvas.framing import least_zoom
from model import editing
from tests.gui.canvas.conftest import Hands, mnist, shown


def test_fit_shows_wires_and_labels_too(hands: Hands) -> None:
    shown(hands, mnist())
    hands.view.fit()
    frame = QRectF(hands.view.viewport().rect())
    drawn = hands.view.canvas.wires.drawn_rect()
    assert frame.contains(hands.view.mapFromScene(drawn).boundingRect())


def test_on_a_low_screen_the_notes_go_first(hands: Hands) -> None:
    shown(hands, mnist())
    hands.view.resize(960, 420)
    hands.view.fit()
    without = hands.view.zoom
    box = hands.view.canvas.drawn_rect()
    hands.document.attempt(editing.add_note, "What to look for", box.left(), box.bottom() + 30)
    hands.view.fit()
    assert hands.view.zoom == pytest.approx(without)


def test_on_a_projector_what_is_too_small_to_read_begins_with_its_first_card(
    hands: Hands, qapp: QApplication
) -> None:
    theme.apply(qapp, "projector")
    hands.view.resize(1024, 500)
    shown(hands, mnist())
    hands.view.fit()
    assert hands.view.zoom == pytest.approx(least_zoom(1024))
    # 20 px of text shall be 16 px on the screen
    assert hands.view.zoom == pytest.approx(0.8)
    corner = hands.view.canvas.rect_of("data_1")
    spot = hands.view.mapFromScene(QPointF(corner.x, corner.y))
    assert 0 <= spot.y() < 60
    drawn = hands.view.mapFromScene(hands.view.canvas.drawn_rect()).boundingRect()
    assert drawn.center().x() == pytest.approx(512, abs=2), "a column narrow enough is centred"
    hands.view.fit_smoothly()
    assert hands.view.zoom < 0.8, "asked a second time, it shows everything"
    theme.apply(qapp, "light")


@pytest.mark.parametrize(
    ("width", "px"), [(1600, 16.0), (1024, 16.0), (900, 14.0625), (800, 12.5), (500, 12.5)]
)
def test_text_on_a_projector_keeps_its_share_of_the_width_down_to_800_px(
    hands: Hands, qapp: QApplication, width: int, px: float
) -> None:
    """1/64 of the width, as 16 px of 1024; never more than 16 px."""
    theme.apply(qapp, "projector")
    assert least_zoom(width) * theme.current().px("chip") == pytest.approx(px)
    theme.apply(qapp, "light")
    assert least_zoom(width) == 0


def test_on_a_projector_the_mini_map_comes_only_where_there_is_more_to_see(
    hands: Hands, qapp: QApplication
) -> None:
    theme.apply(qapp, "projector")
    hands.view.resize(1024, 560)
    shown(hands, mnist())
    overlays = hands.view.overlays
    hands.view.fit()
    assert overlays.minimap.isVisible()
    assert overlays.zoom_bar.map.isChecked()
    assert hands.view.actions_["minimap"].isChecked()
    hands.view.fit_smoothly()
    assert overlays.minimap.isHidden(), "everything is in view"
    assert not hands.view.actions_["minimap"].isChecked()
    hands.view.set_zoom(0.8)
    assert overlays.minimap.isVisible()
    hands.view.actions_["minimap"].trigger()
    assert overlays.minimap.isHidden(), "it was put away"
    hands.view.set_zoom(0.9)
    assert overlays.minimap.isHidden()
    theme.apply(qapp, "light")


def test_fit_glides_there_and_a_gesture_ends_it_at_once(hands: Hands) -> None:
    shown(hands, mnist())
    hands.view.fit()
    goal = hands.view.zoom
    theme.set_reduced_motion(False)
    hands.view.set_zoom(2.0)
    hands.view.fit_smoothly()
    assert hands.view.glide.is_on
    assert hands.view.zoom != pytest.approx(goal)
    hands.press(hands.grip("dense_1"))
    assert not hands.view.glide.is_on
    assert hands.view.zoom == pytest.approx(goal)
    hands.view.cancel_gesture()


def test_cards_glide_to_their_new_places_and_the_design_has_them_at_once(hands: Hands) -> None:
    shown(hands, mnist())
    hands.drag(hands.grip("relu_1"), hands.grip("relu_1") + QPointF(150, 40))
    moved = hands.graph.node("relu_1")
    theme.set_reduced_motion(False)
    hands.view.actions_["layout"].trigger()
    node = hands.graph.node("relu_1")
    assert (node.x, node.y) != (moved.x, moved.y)
    hands.view.glide.stop()
    rect = hands.view.canvas.rect_of("relu_1")
    assert (rect.x, rect.y) == (node.x, node.y)


def test_undo_in_the_middle_of_a_movement_is_shown_at_once(hands: Hands) -> None:
    shown(hands, mnist())
    before = hands.view.canvas.rect_of("relu_1")
    hands.drag(hands.grip("relu_1"), hands.grip("relu_1") + QPointF(150, 40))
    theme.set_reduced_motion(False)
    hands.view.actions_["layout"].trigger()
    hands.document.stack.undo()
    hands.document.stack.undo()
    QApplication.processEvents()
    assert hands.view.canvas.rect_of("relu_1") == before


def test_a_drag_at_the_edge_pushes_the_canvas_on(hands: Hands) -> None:
    shown(hands, mnist())
    view = hands.view
    start = hands.grip("dense_2")
    hands.press(start)
    right = view.viewport().width()
    seen = view.visible_rect().right()
    hands.drag_to(view.mapToScene(QPoint(right - 3, 300)), start)
    assert view.edge_scroll.is_on
    QTest.qWait(120)
    assert view.visible_rect().right() > seen
    card = view.canvas.rect_of("dense_2")
    assert view.mapFromScene(QPointF(card.x, card.y)).x() > right - 200, "the card comes along"
    view.cancel_gesture()
    assert not view.edge_scroll.is_on


def test_panning_does_not_push_the_canvas_on(hands: Hands) -> None:
    shown(hands, mnist())
    hands.view.is_space_down = True
    hands.press(QPointF(10, 10))
    hands.view.edge_scroll.follow(QPoint(1, 1), Qt.KeyboardModifier.NoModifier)
    assert not hands.view.edge_scroll.is_on


def test_what_is_pasted_onto_an_empty_canvas_is_in_view(hands: Hands) -> None:
    shown(hands, mnist())
    hands.view.actions_["select_all"].trigger()
    hands.view.actions_["copy"].trigger()
    hands.document.new()
    hands.click(QPointF(900, 500))
    hands.view.actions_["paste"].trigger()
    frame = QRectF(hands.view.viewport().rect())
    assert len(hands.document.graph) == len(mnist().nodes)
    assert frame.contains(hands.view.mapFromScene(hands.view.canvas.drawn_rect()).boundingRect())

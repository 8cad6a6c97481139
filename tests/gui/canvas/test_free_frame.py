"""A design is shown as large as it can be, beside the boxes that lie over the canvas."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtWidgets import QApplication

from gui import theme
from gui.canvas.framing import whole_frame
from gui.canvas.free_frame import Placing, largest, least_shift
from gui.canvas.geometry import Rect, united
from model.design import Wire
from model.files import read_design
from tests.gui.canvas.conftest import Hands, shown, snapshot

EXAMPLES = sorted((Path(__file__).parents[3] / "resources" / "examples").glob("*.json"))
WINDOW = Rect(0, 0, 1000, 600)


def placed(found: Placing, rect: Rect) -> Rect:
    x, y = found.shift
    zoom = found.zoom
    return Rect(rect.x * zoom + x, rect.y * zoom + y, rect.width * zoom, rect.height * zoom)


def test_only_the_corner_is_kept_free_not_a_column() -> None:
    columns = [Rect(0, 0, 200, 1200), Rect(300, 0, 1200, 1200), Rect(1600, 0, 400, 600)]
    box = Rect(750, 350, 250, 250)
    # 2000 x 1200 fit into 1000 x 600 at 50 %; the last column then ends at y = 300
    found = largest(Rect(0, 0, 2000, 1200), columns, WINDOW, [box])
    assert found.zoom == pytest.approx(0.5)
    assert not any(placed(found, rect).meets(box) for rect in columns)


def test_a_small_design_is_shown_at_100_percent_in_the_middle_or_near_it() -> None:
    card = Rect(0, 0, 200, 100)
    assert largest(card, [card], WINDOW, []) == Placing(1.0, (400.0, 250.0))
    # a box over the middle: the nearest free place is beside or above it
    box = Rect(350, 200, 300, 200)
    found = largest(card, [card], WINDOW, [box])
    assert found.zoom == 1.0
    assert not placed(found, card).meets(box)
    assert found.shift == (400.0, 100.0)


def test_where_the_boxes_leave_no_room_the_design_is_shown_all_the_same() -> None:
    card = Rect(0, 0, 2000, 1200)
    assert largest(card, [card], WINDOW, [WINDOW]).zoom == pytest.approx(0.5)


sizes = st.integers(20, 900).map(float)
rects = st.builds(Rect, st.integers(0, 2000).map(float), st.integers(0, 900), sizes, sizes)


@given(st.lists(rects, min_size=1, max_size=8), st.integers(60, 500), st.integers(60, 400))
def test_nothing_lies_under_a_box_or_outside(pieces: list[Rect], wide: int, tall: int) -> None:
    box = Rect(1000 - wide, 600 - tall, wide, tall)
    content = united(pieces)
    assert content is not None
    found = largest(content, pieces, WINDOW, [box])
    for piece in pieces:
        rect = placed(found, piece)
        assert not rect.grown(-0.01).meets(box)
        assert WINDOW.grown(0.01).holds((rect.x, rect.y))
        assert WINDOW.grown(0.01).holds((rect.right, rect.bottom))
    beside = (1000 - wide) / content.width, (600 - tall) / content.height
    least = max(min(beside[0], 600 / content.height), min(1000 / content.width, beside[1]))
    assert found.zoom >= min(1.0, least) * 0.98, "as large as beside or above the box at least"


@pytest.mark.parametrize("size", [(1034, 585), (966, 398)])
@pytest.mark.parametrize("path", EXAMPLES, ids=[path.stem for path in EXAMPLES])
def test_no_card_note_or_label_is_hidden_when_a_design_is_opened(
    hands: Hands, path: Path, size: tuple[int, int]
) -> None:
    view, canvas = hands.view, hands.view.canvas
    view.resize(*size)
    shown(hands, read_design(path))
    hands.controller.snapshot.emit(snapshot({}))
    view.fit()
    QApplication.processEvents()
    frame = QRectF(view.viewport().rect())
    boxes = [Rect(*box.geometry().getRect()) for box in overlays(hands)]
    whole = whole_frame(view)
    is_all = whole is not None and whole.zoom == pytest.approx(view.zoom)
    pieces = canvas.drawn_pieces(with_notes=is_all)
    for piece in pieces:
        spot = view.mapFromScene(QRectF(*piece)).boundingRect()
        assert frame.contains(spot)
        assert not any(Rect(*spot.getRect()).meets(box) for box in boxes)


def overlays(hands: Hands) -> list:
    every = hands.view.overlays
    return [b for b in (every.zoom_bar, every.minimap, every.legend) if not b.isHidden()]


def test_a_fitted_design_is_fitted_anew_when_the_room_changes_and_a_moved_one_is_not(
    hands: Hands,
) -> None:
    shown(hands, read_design(EXAMPLES[0]))
    hands.view.fit()
    hands.view.resize(1200, 500)
    QApplication.processEvents()
    low = hands.view.zoom
    hands.view.resize(1200, 900)
    QApplication.processEvents()
    assert hands.view.zoom > low
    hands.view.set_zoom(0.4)
    hands.view.resize(1200, 500)
    QApplication.processEvents()
    assert hands.view.zoom == pytest.approx(0.4)


def test_boxes_that_come_over_a_card_of_a_fitted_design_move_it_away(
    hands: Hands, qapp: QApplication
) -> None:
    theme.apply(qapp, "light")
    hands.view.resize(1034, 585)
    shown(hands, read_design(next(path for path in EXAMPLES if path.stem == "iris")))
    hands.view.fit()
    hands.controller.snapshot.emit(snapshot({}))  # now there is a legend
    QApplication.processEvents()
    legend = hands.view.overlays.legend
    assert legend.isVisible()
    assert not hands.view.overlays.hidden_area(legend.geometry())


def test_a_piece_is_pushed_into_view_and_from_under_a_box_by_the_shortest_way() -> None:
    box = Rect(700, 400, 300, 200)
    assert least_shift(Rect(10, 10, 100, 100), WINDOW, [box]) == (0.0, 0.0)
    # outside at the right: 250 px too far; then beside the box all the same
    assert least_shift(Rect(1150, 10, 100, 100), WINDOW, [box]) == (-250.0, 0.0)
    # under the box: 50 px upwards are less than 210 px to the left
    assert least_shift(Rect(800, 350, 110, 100), WINDOW, [box]) == (0.0, -50.0)
    # larger than the window: its beginning
    assert least_shift(Rect(50, -300, 2000, 900), WINDOW, []) == (-50.0, 300.0)


def test_copies_are_in_view_and_not_under_the_legend(hands: Hands) -> None:
    hands.view.resize(1034, 585)
    shown(hands, read_design(next(path for path in EXAMPLES if path.stem == "mnist_mlp")))
    hands.controller.snapshot.emit(snapshot({}))
    hands.view.fit()
    hands.view.select(["relu_1"])
    for _ in range(3):
        hands.view.actions_["duplicate"].trigger()
        QApplication.processEvents()
        (copy,) = hands.view.selected_ids()
        spot = hands.view.mapFromScene(QRectF(*hands.view.canvas.rect_of(copy))).boundingRect()
        assert hands.view.viewport().rect().contains(spot)
        assert not any(box.geometry().intersects(spot) for box in overlays(hands))


def test_an_edit_of_a_fitted_design_leaves_the_zoom_alone(hands: Hands) -> None:
    hands.view.resize(1034, 585)
    shown(hands, read_design(next(path for path in EXAMPLES if path.stem == "mnist_mlp")))
    hands.controller.snapshot.emit(snapshot({}))
    hands.view.fit()
    QApplication.processEvents()
    zoom = hands.view.zoom
    route = hands.view.canvas.wires.route_of(Wire("relu_1", "h", "dropout_1", "h"))
    hands.drop_layer("gelu", QPointF(route[0][0], (route[0][1] + route[-1][1]) / 2))
    hands.controller.snapshot.emit(snapshot({}))
    QApplication.processEvents()
    assert hands.view.zoom == zoom

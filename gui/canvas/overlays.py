"""Legend, mini-map and zoom bar at the bottom right; bubble and hint over the canvas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QRect, QRectF, Slot
from PySide6.QtWidgets import QWidget

from gui import theme
from gui.canvas.empty_hint import EmptyHint
from gui.canvas.geometry import Rect
from gui.canvas.legend import Legend
from gui.canvas.minimap import MiniMap
from gui.canvas.overlay import WIDTH, Bubble
from gui.canvas.zoom_bar import ZoomBar

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView

_GAP = 8
_MAP_HEIGHT = 72
_HINT_LEAST = (600, 480)
"""Width and height of a canvas in which the mini-map says that there is more to see."""
_ALMOST = 12.0
"""px of the scene that may lie outside of a window that shows all."""
_LEAST, _LEAST_PROJECTED = (560, 420), (1100, 560)
"""Width and height of a canvas in which there is room for legend and mini-map."""


class Overlays(QObject):
    """Places the boxes and knows which part of the window they leave free."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self._view = view
        self.legend = Legend(view)
        self.minimap = MiniMap(view)
        self.zoom_bar = ZoomBar(view)
        self.bubble = Bubble(view)
        self.hint = EmptyHint(view)
        self.hint.example_requested.connect(view.example_requested)
        self.hint.search_requested.connect(view.searching.at_pointer)
        view.canvas.live_changed.connect(self._on_live_changed)
        view.canvas.geometry_changed.connect(self._on_geometry_changed)
        view.viewport_changed.connect(self._on_viewport_changed)
        self._wants_minimap: dict[bool, bool | None] = {False: True, True: None}
        """By whether it is a projector. None: where the window shows only a part of the design."""
        self._is_syncing = False
        self._shows_all = True
        self._was_idle = True
        self._was_empty = True
        self._guest: QWidget | None = None
        self._is_bare = False
        self.is_legend_beside = False
        self._on_live_changed()
        self._on_geometry_changed()

    def place(self) -> None:
        """Lay the boxes out anew: the window or the theme has another size."""
        look = theme.current()
        frame = self._view.rect()
        margin = round(look.size("canvas_margin"))
        least = _LEAST_PROJECTED if look.is_projector else _LEAST
        is_roomy = frame.width() > least[0] and frame.height() > least[1] and not self._is_bare
        self.zoom_bar.setVisible(not self._is_bare)
        self.place_guest()
        if self._is_map_a_hint():
            is_mapped = not self._shows_all and self._guest is None and _has_room_for_hint(frame)
        else:
            is_mapped = bool(self._wants_minimap[look.is_projector]) and is_roomy
        self._is_syncing = True
        wanted = self._wants_minimap[look.is_projector]
        self.zoom_bar.map.setChecked(is_mapped if wanted is None else wanted)
        self._is_syncing = False
        self.minimap.setVisible(is_mapped and bool(self._view.canvas.nodes))
        is_live = self._view.canvas.snapshot is not None
        self.legend.setVisible(is_live and is_roomy and self._has_colours())
        corner = QPoint(frame.width() - margin, frame.height() - margin)
        for box, spot in self._spots(corner, self.is_legend_beside).items():
            if not box.isHidden():
                box.setGeometry(spot)
        self._place_hint(frame, margin)

    def _spots(
        self, corner: QPoint, is_legend_beside: bool, *, with_hint: bool = True
    ) -> dict[QWidget, QRect]:
        """Zoom bar, mini-map and legend one above the other in a corner; the legend perhaps beside
        them. with_hint: also a mini-map that is there only because not all is in view."""
        look = theme.current()
        grow = 1.25 if look.is_projector else 1.0
        width = round(WIDTH * grow)
        heights = (
            (self.zoom_bar, round(look.size("control") + 8)),
            (self.minimap, round(_MAP_HEIGHT * grow)),
            (self.legend, self.legend.wanted_height()),
        )
        left, bottom = corner.x() - width, corner.y()
        spots: dict[QWidget, QRect] = {}
        for box, height in heights:
            is_hint = box is self.minimap and self._is_map_a_hint()
            if is_hint and not with_hint:
                continue
            if box is self.legend and is_legend_beside:
                left, bottom = left - width - _GAP, corner.y()
            if not box.isHidden():
                own = self.minimap.width_for(height, width) if is_hint else width
                if box is self.zoom_bar:
                    own = max(width, box.sizeHint().width())
                spots[box] = QRect(left + width - own, bottom - height, own, height)
                bottom -= height + _GAP
        return spots

    def place_guest(self) -> None:
        """In the corner where it hides least of the cards, the lower right one by preference."""
        guest = self._guest
        if guest is None:
            return
        margin = round(theme.current().size("canvas_margin"))
        frame = self._view.rect().adjusted(margin, margin, -margin, -margin)
        spot = QRect(frame.topLeft(), guest.sizeHint())
        spots = []
        for right, bottom in ((True, True), (True, False), (False, True), (False, False)):
            spot.moveLeft(frame.right() - spot.width() if right else frame.left())
            spot.moveTop(frame.bottom() - spot.height() if bottom else frame.top())
            spots.append(QRect(spot))
        guest.setGeometry(min(spots, key=self.hidden_area))
        guest.raise_()

    def hidden_area(self, spot: QRect) -> int:
        """How much of the cards and notes lies under a box, px²."""
        view, canvas = self._view, self._view.canvas
        cards = (QRectF(*canvas.rect_of(key)) for key in (*canvas.nodes, *canvas.notes))
        hidden = (view.mapFromScene(card).boundingRect() & spot for card in cards)
        return sum(box.width() * box.height() for box in hidden)

    def _has_colours(self) -> bool:
        """Whether there is a card that the legend explains."""
        faces = (item.face for item in self._view.canvas.nodes.values())
        return any(face is not None and face.needs_legend for face in faces)

    def _place_hint(self, frame: QRect, margin: int) -> None:
        """In the middle; where it would lie on the zoom bar, higher or more to the left."""
        hint = self.hint
        hint.resize(hint.width(), hint.height() or hint.sizeHint().height())
        spot = QRect(hint.rect())
        spot.moveCenter(frame.center())
        bar = self.zoom_bar.geometry().adjusted(-_GAP, -_GAP, 0, 0)
        if not self.zoom_bar.isHidden() and spot.intersects(bar):
            higher = spot.translated(0, max(bar.top() - spot.bottom(), margin - spot.top()))
            left = spot.translated(max(bar.left() - spot.right(), margin - spot.left()), 0)
            spot = next((s for s in (higher, left) if not s.intersects(bar)), spot)
            self.zoom_bar.setVisible(not spot.intersects(bar) or not hint.isVisible())
        hint.move(spot.topLeft())

    @property
    def guest_spot(self) -> QRect:
        """Where the window's own box lies; empty where there is none."""
        guest = self._guest
        return guest.geometry() if guest is not None and not guest.isHidden() else QRect()

    def set_guest(self, guest: QWidget | None, *, is_bare: bool | None = None) -> None:
        """One box of the window's own, of its size hint, in the place of all others; None: back.

        is_bare: whether the other boxes are away; by default while there is a guest.
        """
        self._guest = guest
        self._is_bare = guest is not None if is_bare is None else is_bare
        self.place()

    def _is_map_a_hint(self) -> bool:
        """On a projector cards need the room: the map comes only where there is more to see than
        the window shows, until a person asks for it or puts it away."""
        return self._wants_minimap[theme.current().is_projector] is None

    def set_minimap_visible(self, is_visible: bool) -> None:
        """The person wants it, or not; on a projector by itself."""
        if self._is_syncing:
            return
        self._wants_minimap[theme.current().is_projector] = is_visible
        self.place()

    def arrangements(self) -> dict[bool, list[Rect]]:
        """What lies over the canvas, px of the window with a gap around it, by whether the legend
        stands beside the other boxes rather than above them."""
        if self._guest is not None:
            found = {False: [self._guest.geometry()]}
        else:
            margin = round(theme.current().size("canvas_margin"))
            corner = QPoint(self._view.width() - margin, self._view.height() - margin)
            sides = (False, True) if not self.legend.isHidden() else (False,)
            found = {
                side: list(self._spots(corner, side, with_hint=False).values()) for side in sides
            }
        return {
            side: [Rect(*box.getRect()).grown(_GAP) for box in boxes]
            for side, boxes in found.items()
        }

    def put_legend(self, *, beside: bool) -> None:
        """Beside the other boxes, or above them."""
        if beside != self.is_legend_beside:
            self.is_legend_beside = beside
            self.place()

    @Slot()
    def _on_viewport_changed(self) -> None:
        """Another part of the design is in view."""
        content = self._view.canvas.content_rect()
        seen = self._view.visible_rect().adjusted(-_ALMOST, -_ALMOST, _ALMOST, _ALMOST)
        shows_all = content.isEmpty() or seen.contains(content)
        if shows_all != self._shows_all:
            self._shows_all = shows_all
            if self._is_map_a_hint():
                self.place()

    @Slot()
    def _on_live_changed(self) -> None:
        canvas = self._view.canvas
        if (canvas.snapshot is None) != self._was_idle:
            self._was_idle = canvas.snapshot is None
            self.place()
            if not self.legend.isHidden() and self.hidden_area(self.legend.geometry()):
                self._view.keep_fitted()
        self.legend.set_scale(canvas.live.delta_scale.value)
        maps = {item.face.h_map for item in canvas.nodes.values() if item.face is not None}
        if self.legend.set_maps(has_plain="plain" in maps, has_signed="signed" in maps):
            self.place()

    @Slot()
    def _on_geometry_changed(self) -> None:
        is_empty = not self._view.canvas.nodes and not self._view.canvas.notes
        if self.hint.isHidden() == is_empty:
            self.hint.setVisible(is_empty)
        if self._was_empty != is_empty:
            self._was_empty = is_empty
            self.place()


def _has_room_for_hint(frame: QRect) -> bool:
    return frame.width() >= _HINT_LEAST[0] and frame.height() >= _HINT_LEAST[1]

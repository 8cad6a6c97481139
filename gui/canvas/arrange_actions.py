"""Menu entries that put cards in order: automatic layout, aligning, equal gaps, the grid."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction

from gui.canvas import arranging
from gui.canvas.framing import best_frame, places_of
from gui.canvas.layout import layered
from model import editing

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView

_ALIGN = (
    ("left", "Align l&eft edges", "align-horizontal-left"),
    ("centre", "Align &centres", "align-horizontal-center"),
    ("right", "Align &right edges", "align-horizontal-right"),
    ("top", "Align &top edges", "align-vertical-top"),
    ("middle", "Align &middles", "align-vertical-center"),
    ("bottom", "Align &bottom edges", "align-vertical-bottom"),
)
_DISTRIBUTE: tuple[arranging.How, ...] = ("horizontally", "vertically")
Add = Callable[[str, str, str, str, Callable[..., object], str], QAction]
"""(name, text, icon, keys, what to do, tip) -> the entry."""


class ArrangeActions(QObject):
    """Each is one undo step; what is selected is arranged.

    of_two, of_three: the names of entries that need so many selected cards or notes.
    """

    of_two = tuple(f"align_{how}" for how, *_ in _ALIGN)
    of_three = tuple(f"distribute_{how}" for how in _DISTRIBUTE)

    def __init__(self, view: CanvasView, add: Add) -> None:
        super().__init__(view)
        self._view = view
        tip = "Arrange all layers in columns, in the order in which data flows"
        add(
            "layout",
            "&Lay out automatically",
            "sitemap-outline",
            "Ctrl+L",
            self.lay_out,
            tip,
        )
        for how, text, icon in _ALIGN:
            add(f"align_{how}", text, icon, "", _Align(self, how), text.replace("&", ""))
        for way in _DISTRIBUTE:
            icon, tip = f"align-{way[:-2]}-distribute", "Equal gaps between the selected cards"
            add(f"distribute_{way}", f"Distribute &{way}", icon, "", _Distribute(self, way), tip)
        tip = "Cards move in steps of 8 pixels; Alt or Ctrl while dragging: freely"
        snap = add("snap", "&Snap to grid", "", "", lambda: None, tip)
        snap.setCheckable(True)
        snap.setChecked(True)
        snap.toggled.connect(self._on_snap_toggled)

    @Slot(bool)
    def _on_snap_toggled(self, is_on: bool) -> None:
        self._view.is_snapping = is_on
        self._view.inserter.is_snapping = is_on

    @Slot()
    def lay_out(self) -> None:
        """All nodes and notes in columns, as one step."""
        view = self._view
        document = view.canvas.document
        places = layered(document.graph, view.canvas.design_sizes())
        edit = editing.move(document.graph, places)._replace(text="Lay out automatically")
        before = places_of(view)
        document.apply(edit)
        frame = best_frame(view)
        if frame is not None:
            view.fitted = frame
            view.glide.to(frame, before)

    def align(self, how: editing.Align) -> None:
        """Edges or centres in one line."""
        canvas = self._view.canvas
        ids = self._view.selected_ids()
        canvas.document.attempt(arranging.align, ids, how, canvas.design_sizes())

    def distribute(self, how: arranging.How) -> None:
        """Equal gaps."""
        canvas = self._view.canvas
        ids = self._view.selected_ids()
        canvas.document.attempt(arranging.distribute, ids, how, canvas.design_sizes())


class _Align:
    """Calls `align` in one way; QAction keeps it."""

    def __init__(self, actions: ArrangeActions, how: editing.Align) -> None:
        self._actions, self._how = actions, how

    def __call__(self, *_args: object) -> None:
        self._actions.align(self._how)


class _Distribute:
    """Calls `distribute` in one way; QAction keeps it."""

    def __init__(self, actions: ArrangeActions, how: arranging.How) -> None:
        self._actions, self._how = actions, how

    def __call__(self, *_args: object) -> None:
        self._actions.distribute(self._how)

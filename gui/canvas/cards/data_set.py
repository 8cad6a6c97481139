"""The face of a data set: the item that is shown, its label, and arrows to the next one."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QPainter

from gui.canvas.cards import measures, numbers
from gui.canvas.cards.face import Face, FaceAction, FaceContext
from gui.canvas.cards.item_view import Item, ItemView
from gui.canvas.cards.items import ItemPicture, ItemPoint, ItemTable
from gui.canvas.cards.paint import LEFT, draw_text, hairline, pen, text_width
from gui.canvas.cards.sequence_items import ItemSeries, ItemTokens
from gui.canvas.cards.silent import words_of
from gui.canvas.cards.why_not import NO_STEP
from gui.theme import Theme, paint_icon
from model.data import DataSetInfo, catalogue
from model.layers.source import DataSource

MOST_CHIPS = 10


class DataSetFace(Face):
    """The item as a picture, a table or a point; arrows; the true class or value."""

    def __init__(self, layer: DataSource, shape: tuple[int, ...]) -> None:
        self._info: DataSetInfo | None = catalogue().get(layer.dataset)
        self._is_own_target = layer.target == "inputs"
        is_labelled = self._info is not None and not self._is_own_target
        self._classes = self._info.classes if self._info and is_labelled else ()
        self._view = self._view_of(layer, shape)

    def _view_of(self, layer: DataSource, shape: tuple[int, ...]) -> ItemView:
        names = self._info.features if self._info else ()
        if layer.features and names:
            names = tuple(names[j] for j in layer.features if j < len(names))
        count = int(np.prod(shape, dtype=np.int64))
        names = names if len(names) == count else tuple(f"x{j}" for j in range(count))
        if self._info and self._info.is_sequence:
            if self._info.x_classes:
                has_targets = bool(self._info.y_classes) and not self._is_own_target
                return ItemTokens(count, self._info.tokens, has_targets=has_targets)
            return ItemSeries(shape[0], count // shape[0])
        if len(shape) == 2:
            return ItemPicture(*shape)
        is_point = len(shape) == 1 and (count == 2 or (count == 1 and not self._classes))
        target = self._info.target if self._info else ""
        return ItemPoint(names, target) if is_point else ItemTable(names)

    # where things lie, px from the body's corner

    def _width(self, theme: Theme) -> float:
        if self._view.is_maps_wide:
            names = ("left", "maps", "right")
            return sum(measures.length(theme, name) for name in names)
        return measures.length(theme, "table" if self._view.is_wide else "compact")

    def _item_box(self, theme: Theme) -> QRectF:
        pad = measures.length(theme, "pad")
        height = self._view.height(theme)
        return QRectF(pad, measures.length(theme, "top"), self._width(theme) - 2 * pad, height)

    def _pager(self, theme: Theme) -> QRectF:
        side = measures.length(theme, "pager")
        top = self._item_box(theme).bottom() + 4 * theme.scale
        left = measures.length(theme, "stripe") + 3
        return QRectF(left, top, self._width(theme) - left - 4, side)

    def _arrows(self, theme: Theme) -> tuple[QRectF, QRectF]:
        pager = self._pager(theme)
        side = pager.height()
        previous = QRectF(pager.left(), pager.top(), side, side)
        return previous, QRectF(pager.right() - side, pager.top(), side, side)

    def _chip_row(self, theme: Theme) -> QRectF:
        """Of no height where there are no chips."""
        pad = measures.length(theme, "pad")
        height = measures.length(theme, "tile_row") if self._has_chips() else 0.0
        top = self._pager(theme).bottom() + 2 * theme.scale
        return QRectF(pad, top, self._width(theme) - 2 * pad, height)

    def _answer_row(self, theme: Theme) -> QRectF:
        chips = self._chip_row(theme)
        gap = 2 * theme.scale
        return QRectF(
            chips.left(), chips.bottom() + gap, chips.width(), measures.length(theme, "row")
        )

    def _has_chips(self) -> bool:
        return 0 < len(self._classes) <= MOST_CHIPS

    def size(self, theme: Theme) -> QSizeF:
        """Item, arrows, chips, answer."""
        height = self._answer_row(theme).bottom() + 6 * theme.scale
        return QSizeF(self._width(theme), height)

    # what is shown

    def _item(self, context: FaceContext) -> NDArray[np.floating] | None:
        found = None if context.view is None else context.view.extras.get("x")
        if found is None or np.size(found) != self._view.count:
            return None
        return np.asarray(found)

    def _truth(self, context: FaceContext) -> Any:
        return None if context.view is None else context.view.extras.get("y")

    def _label(self, context: FaceContext) -> int | None:
        """The true class; a one-hot target is read back."""
        truth = self._truth(context)
        if truth is None or not self._classes:
            return None
        return (
            int(np.argmax(truth)) if np.size(truth) > 1 else int(np.asarray(truth).reshape(())[()])
        )

    def _batch(self, context: FaceContext) -> int:
        return 0 if context.snapshot is None else context.snapshot.batch

    # painting

    def still_key(self, context: FaceContext) -> Hashable:
        """What is shown of which batch."""
        has_item = self._item(context) is not None
        return context.view is None, context.item, self._batch(context), has_item

    def paint_still(self, painter: QPainter, rect: QRectF, context: FaceContext) -> None:
        """The arrows, the place for the item, the classes."""
        painter.save()
        painter.translate(rect.topLeft())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        has_item = self._item(context) is not None
        self._view.paint_still(painter, self._item_box(context.theme), context, has_item)
        self._paint_pager(painter, context)
        if self._has_chips():
            self._paint_chips(painter, context.theme)
        painter.restore()

    def paint_live(self, painter: QPainter, rect: QRectF, context: FaceContext) -> None:
        """The item and its label."""
        theme = context.theme
        painter.save()
        painter.translate(rect.topLeft())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        x = self._item(context)
        truth = self._truth(context)
        is_number = not self._classes and truth is not None and np.size(truth) == 1
        value = float(np.asarray(truth).reshape(())[()]) if is_number else None
        label = self._label(context)
        self._view.paint(painter, self._item_box(theme), context, Item(x, label, value))
        if self._has_chips() and label is not None:
            self._paint_chips(painter, theme, label)
        self._paint_answer(painter, context)
        painter.restore()

    def _paint_pager(self, painter: QPainter, context: FaceContext) -> None:
        theme = context.theme
        previous, following = self._arrows(theme)
        inset = 0.16 * previous.width()
        for box, name, kind in (
            (previous, "chevron-left", "previous_item"),
            (following, "chevron-right", "next_item"),
        ):
            is_on = self._can(kind, context)
            color = theme.color("text") if is_on else theme.with_alpha("text3", 0.45)
            paint_icon(painter, name, box.adjusted(inset, inset, -inset, -inset), color)
        room = self._pager(theme).adjusted(previous.width(), 0, -previous.width(), 0)
        draw_text(painter, room, self._place(context, room.width()), theme, "caption", "text2")

    def _place(self, context: FaceContext, width: float) -> str:
        batch = self._batch(context)
        if context.view is None or not batch:
            return "no step yet"
        text = f"sample {context.item + 1:,} of {batch:,}"
        is_wide = text_width(context.theme, "caption", text) > width
        return f"{context.item + 1:,} / {batch:,}" if is_wide else text

    def _chip_boxes(self, theme: Theme) -> list[tuple[QRectF, str]]:
        """Names where they fit beside each other, else numbers."""
        row = self._chip_row(theme)
        gap, inner = 2.0 * theme.scale, 8.0 * theme.scale
        names = list(self._classes)
        widths = [text_width(theme, "caption", name) + inner for name in names]
        is_short = max(map(len, names)) == 1
        if is_short or sum(widths) + gap * (len(names) - 1) > row.width():
            names = names if is_short else [str(j) for j in range(len(names))]
            widest = (row.width() - gap * (len(names) - 1)) / len(names)
            widths = [min(widest, 26.0 * theme.scale)] * len(names)
        boxes, x = [], row.left()
        for name, width in zip(names, widths, strict=True):
            boxes.append((QRectF(x, row.top() + 1, width, row.height() - 2), name))
            x += width + gap
        return boxes

    def _paint_chips(self, painter: QPainter, theme: Theme, label: int | None = None) -> None:
        """All classes, or the true one, over the others."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        boxes = self._chip_boxes(theme)
        has_numbers = all(len(name) <= 2 for _, name in boxes)
        for j, (box, name) in enumerate(boxes):
            is_true = j == label
            if label is not None and not is_true:
                continue
            if is_true:
                painter.fillRect(box.adjusted(-1, -1, 1, 1), theme.color("surface"))
            painter.setPen(Qt.PenStyle.NoPen if is_true else pen(theme, "border", hairline(theme)))
            painter.setBrush(theme.color("accent" if is_true else "sunken"))
            painter.drawRoundedRect(box, 4 * theme.scale, 4 * theme.scale)
            role = "chip" if has_numbers else "caption"
            draw_text(painter, box, name, theme, role, "onaccent" if is_true else "text3")
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _paint_answer(self, painter: QPainter, context: FaceContext) -> None:
        theme, row = context.theme, self._answer_row(context.theme)
        text, name = self._answer(context)
        draw_text(painter, row, text, theme, "mono", "text" if name != "…" else "text3", LEFT)
        left = row.left() + text_width(theme, "mono", text) + 8 * theme.scale
        room = QRectF(left, row.top(), max(row.right() - left, 0.0), row.height())
        if room.width() > 12 * theme.scale and name != "…":
            draw_text(painter, room, name, theme, "caption", "text2", LEFT)

    def _answer(self, context: FaceContext) -> tuple[str, str]:
        """`y = 4` and what that means."""
        label, truth = self._label(context), self._truth(context)
        if self._is_own_target:
            return "y = x", "the input itself"
        if truth is None:
            return "y = –", "…"
        if np.size(truth) > 3 and self._info is not None:
            return "y", self._info.target
        if label is not None:
            name = self._classes[label] if label < len(self._classes) else ""
            return f"y = {label}", "" if name == str(label) else name
        values = np.asarray(truth, dtype=np.float64).reshape(-1)
        shown = ", ".join(numbers.plain(float(value)) for value in values[:3])
        words = (self._info.target if self._info else "").replace("_", " ")
        return f"y = {shown}", "" if words == "y" else words

    # pointing

    def _can(self, kind: str, context: FaceContext) -> bool:
        if context.view is None:
            return False
        if kind == "previous_item":
            return context.item > 0
        return context.item + 1 < self._batch(context)

    def press(self, pos: QPointF, rect: QRectF, context: FaceContext) -> FaceAction | None:
        """The arrows; none leads out of the batch."""
        local = pos - rect.topLeft()
        previous, following = self._arrows(context.theme)
        if previous.contains(local) and self._can("previous_item", context):
            return FaceAction("previous_item")
        if following.contains(local) and self._can("next_item", context):
            return FaceAction("next_item")
        return None

    def tip_at(self, pos: QPointF, rect: QRectF, context: FaceContext) -> str:
        """A number of the item in full, the label, or what an arrow does."""
        theme, local = context.theme, pos - rect.topLeft()
        for box, kind, words in zip(
            self._arrows(theme),
            ("previous_item", "next_item"),
            ("Show the item before this one", "Show the next item of the batch"),
            strict=True,
        ):
            if box.contains(local):
                return words if self._can(kind, context) else self._why_not(kind, context)
        if context.view is None:
            return NO_STEP
        x = self._item(context)
        if x is not None and self._item_box(theme).contains(local):
            said = self._view.tip(local, self._item_box(theme), theme, x)
            row = self._view.row_at(local, self._item_box(theme), theme)
            return "\n".join([said, *(words_of(context, row) if row is not None else [])])
        if local.y() < self._chip_row(theme).top():
            return ""
        return self._answer_tip(context)

    def _why_not(self, kind: str, context: FaceContext) -> str:
        if context.view is None:
            return "There is no batch before the first step."
        return f"This is the {'first' if kind == 'previous_item' else 'last'} item of the batch."

    def _answer_tip(self, context: FaceContext) -> str:
        truth, label = self._truth(context), self._label(context)
        if truth is None or context.view is None:
            return ""
        if self._is_own_target:
            return "y = x: the network is to make its input again"
        index = context.view.extras.get("index")
        place = "" if index is None else f"\nrow {int(index)} of the data set, counted from 0"
        if label is not None:
            name = self._classes[label] if label < len(self._classes) else "?"
            return f"y = {label}, the true class: {name}{place}"
        values = np.asarray(truth).reshape(-1)
        if self._info and self._info.y_classes:
            return f"y = “{self._info.text_of(int(token) for token in values)}”{place}"
        told = ", ".join(numbers.full(value) for value in values[:8])
        words = self._info.target if self._info else ""
        return f"y = {told}, the value to predict ({words}), in raw units{place}"

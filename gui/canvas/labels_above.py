"""The labels that found room on cards only: they are painted over these."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from gui import theme
from gui.canvas.geometry import united
from gui.canvas.labels import Label
from gui.canvas.wire_layer import WireLayer
from gui.canvas.zooms import collapse_zoom
from model.design import Wire


class LabelsAbove(QGraphicsItem):
    """Few or none: cards have gaps between them, as a rule."""

    def __init__(self, wires: WireLayer) -> None:
        self._wires = wires
        self._labels: dict[Wire, Label] = {}
        self._bounds = QRectF()
        super().__init__()
        self.setZValue(1)
        self.setVisible(False)

    def set_labels(self, labels: dict[Wire, Label]) -> None:
        """Keeps those that lie on cards."""
        found = {wire: label for wire, label in labels.items() if label.is_above}
        if found == self._labels:
            return
        self.prepareGeometryChange()
        self._labels = found
        around = united(label.box for label in found.values())
        self._bounds = QRectF(*around.grown(2)) if around is not None else QRectF()
        self.setVisible(bool(found))
        self.update()

    def boundingRect(self) -> QRectF:
        return self._bounds

    def shape(self) -> QPainterPath:
        return QPainterPath()

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        zoom = QStyleOptionGraphicsItem.levelOfDetailFromTransform(painter.worldTransform())
        if zoom < collapse_zoom():
            return
        painter.setFont(theme.current().font("chip"))
        for wire, label in self._labels.items():
            if wire != self._wires.hidden and wire not in self._wires.unlabelled:
                self._wires.paint_label(painter, wire, label)

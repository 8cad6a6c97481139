"""Zoom: smaller, the figure (click: 100 %), larger, fit, mini-map; parameters as nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Slot
from PySide6.QtGui import QAction, QPainter
from PySide6.QtWidgets import QHBoxLayout, QToolButton

from gui import theme
from gui.canvas.overlay import OverlayBox

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView


_LINE = 10


class ZoomBar(OverlayBox):
    """Buttons at the bottom right of the canvas."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self._view = view
        self.smaller = self._button("zoom_out", "minus", "Zoom out (−)")
        self.figure = self._button("zoom_100", "", "Zoom to 100 % (Ctrl+0)")
        self.larger = self._button("zoom_in", "plus", "Zoom in (+)")
        self.fit = self._button("zoom_fit", "fit-to-screen-outline", "Show everything (F)")
        self.map = self._button("toggle_minimap", "map-outline", "Show or hide the mini-map (M)")
        self.map.setCheckable(True)
        self.map.setChecked(True)
        self.theta = self._button(
            "toggle_parameters", "", "Draw each layer's parameters θ as nodes"
        )
        self.theta.setText("θ")
        self.theta.setCheckable(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 4, 4, 4)
        row.setSpacing(1)
        for widget in (self.smaller, self.figure, self.larger):
            row.addWidget(widget)
        row.addStretch()
        row.addSpacing(_LINE)
        row.addWidget(self.fit)
        row.addWidget(self.map)
        row.addWidget(self.theta)
        self.smaller.clicked.connect(view.zoom_out)
        self.larger.clicked.connect(view.zoom_in)
        self.figure.clicked.connect(view.zoom_to_100)
        self.fit.clicked.connect(view.fit_smoothly)
        self.map.toggled.connect(view.set_minimap_visible)
        view.viewport_changed.connect(self._on_viewport_changed)
        self._on_viewport_changed()

    def paint_inside(self, painter: QPainter) -> None:
        """The line between zoom and view."""
        x = (self.larger.geometry().right() + self.fit.geometry().left()) // 2
        painter.fillRect(x, 10, 1, self.height() - 20, theme.current().color("border"))

    def follow(self, parameters: QAction) -> None:
        """The tick box and the menu's entry are one switch."""
        self.theta.setChecked(parameters.isChecked())
        self.theta.toggled.connect(parameters.setChecked)
        parameters.toggled.connect(self.theta.setChecked)

    def _button(self, name: str, icon: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(f"canvas_{name}")
        button.setAutoRaise(True)
        if icon:
            button.setIcon(theme.icon(icon))
        side = round(theme.current().size("icon"))
        button.setIconSize(QSize(side, side))
        button.setToolTip(tip)
        button.setAccessibleName(tip.split(" (")[0])
        return button

    @Slot()
    def _on_viewport_changed(self) -> None:
        text = f"{self._view.zoom * 100:.0f} %"
        if text != self.figure.text():
            self.figure.setText(text)
            self.layout().activate()
            self.update()  # the line moves with the buttons

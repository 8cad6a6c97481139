"""The list of all curves beside a crowded chart: it scrolls, and what is picked stands out."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPointF, QSignalBlocker, QSize, Qt, Slot
from PySide6.QtGui import QIcon, QKeyEvent, QMouseEvent, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem

from gui import theme
from gui.plots.chart_canvas import ChartCanvas
from gui.plots.chart_look import curve_pen
from gui.plots.series import Curve
from gui.theme import Theme

_KEY = Qt.ItemDataRole.UserRole


class CurveList(QListWidget):
    """One row a curve, in the order of the chart: a piece of it, its symbol, its name.

    Pointing at a row makes its curve stand out for the moment, choosing it until it is chosen
    again, or until Escape.
    """

    def __init__(self, chart: ChartCanvas, name: str) -> None:
        super().__init__()
        self._chart = chart
        self._shown: object = None
        self.setObjectName(name)
        self.setAccessibleName("All curves: the chosen one stands out")
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        chart.named_changed.connect(self._on_named_changed)
        chart.highlighted_changed.connect(self._on_highlighted_changed)
        theme.notifier().changed.connect(self._on_theme_changed)
        self.entered.connect(self._on_entered)
        self.itemPressed.connect(self._on_pressed)
        self.currentItemChanged.connect(self._on_current_changed)

    def sizeHint(self) -> QSize:
        """As wide as the longest row, px."""
        metrics = self.fontMetrics()
        texts = [self.item(row).text() for row in range(self.count())]
        widest = max((metrics.horizontalAdvance(text) for text in texts), default=0)
        scroll_bar = self.verticalScrollBar().sizeHint().width()
        return QSize(widest + self.iconSize().width() + scroll_bar + 28, 120)

    @Slot()
    def _on_named_changed(self) -> None:
        self._fill()

    @Slot(object)
    def _on_theme_changed(self, _look: Theme) -> None:
        self._shown = None
        self._fill()

    def _fill(self) -> None:
        look = theme.current()
        curves = [curve for curve in self._chart.curves if curve.style != "ghost"]
        wanted = [(c.key, c.raised, c.short, c.color, c.style, c.is_alarming) for c in curves]
        if wanted == self._shown:
            return
        self._shown = wanted
        self.setIconSize(QSize(round(22 * look.scale), round(12 * look.scale)))
        with QSignalBlocker(self):
            self.clear()
            for curve in curves:
                text = f"{curve.raised}  {curve.short}"
                item = QListWidgetItem(_swatch(look, curve, self.iconSize()), text)
                item.setData(_KEY, curve.key)
                item.setToolTip(curve.name)
                self.addItem(item)
        self._on_highlighted_changed(self._chart.highlighted)
        self.updateGeometry()

    @Slot(str)
    def _on_highlighted_changed(self, key: str) -> None:
        with QSignalBlocker(self):
            self.clearSelection()
            self.setCurrentRow(-1)
            for row in range(self.count()):
                if self.item(row).data(_KEY) == key:
                    self.setCurrentRow(row)
                    self.scrollToItem(self.item(row))

    @Slot(QModelIndex)
    def _on_entered(self, index: QModelIndex) -> None:
        self._chart.set_pointed(str(index.data(_KEY)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember what was chosen before the press, so that a second one takes it back."""
        self._before = self._chart.highlighted
        super().mousePressEvent(event)

    @Slot(QListWidgetItem)
    def _on_pressed(self, item: QListWidgetItem) -> None:
        key = str(item.data(_KEY))
        self._chart.set_highlighted("" if key == self._before else key)

    @Slot(QListWidgetItem, QListWidgetItem)
    def _on_current_changed(self, item: QListWidgetItem | None, _old: object) -> None:
        if item is not None:
            self._chart.set_highlighted(str(item.data(_KEY)))

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is pointed at any more."""
        super().leaveEvent(event)
        self._chart.set_pointed("")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape lets go of the chosen curve."""
        if event.key() == Qt.Key.Key_Escape and self._chart.highlighted:
            self._chart.set_highlighted("")
        else:
            super().keyPressEvent(event)


def _swatch(look: Theme, curve: Curve, size: QSize) -> QIcon:
    """A piece of the curve."""
    picture = QPixmap(size * 2)
    picture.setDevicePixelRatio(2)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = curve_pen(look, curve)
    if curve.style == "dashed":
        pen.setDashPattern([3.0, 2.0])
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(pen)
    middle = size.height() / 2
    painter.drawLine(QPointF(2, middle), QPointF(size.width() - 2, middle))
    painter.end()
    icon = QIcon(picture)
    icon.addPixmap(picture, QIcon.Mode.Selected)
    return icon

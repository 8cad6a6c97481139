"""On a small screen layers are dragged from the menus of the rail."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.palette.rail import LayerMenu, PaletteRail

Left, None_ = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def move(menu: LayerMenu, to: QPoint) -> None:
    at = QPointF(to)
    kind = QMouseEvent.Type.MouseMove
    event = QMouseEvent(kind, at, menu.mapToGlobal(at), Qt.MouseButton.NoButton, Left, None_)
    QApplication.sendEvent(menu, event)


def test_a_layer_is_dragged_out_of_a_menu_of_the_rail(qtbot: QtBot) -> None:
    rail = PaletteRail()
    qtbot.addWidget(rail)
    menu = rail.menu("loss")
    menu.dragged.disconnect()  # nothing is to be dragged in earnest
    dragged: list[str] = []
    menu.dragged.connect(dragged.append)
    menu.popup(QPoint(10, 10))
    action = menu.actions()[0]
    start = menu.actionGeometry(action).center()
    qtbot.mousePress(menu, Left, pos=start)
    move(menu, start + QPoint(2, 0))
    assert dragged == []
    assert menu.isVisible()
    move(menu, start + QPoint(QApplication.startDragDistance() + 1, 0))
    assert dragged == [action.data()]
    assert not menu.isVisible()
    move(menu, start + QPoint(90, 0))
    assert len(dragged) == 1

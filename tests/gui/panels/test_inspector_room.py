"""The inspector's room: nothing is wider than the column, nothing is cut."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from gui import theme
from gui.inspector import InspectorPanel


@pytest.mark.parametrize("name", ["light", "dark", "projector"])
def test_nothing_is_wider_than_the_column(
    inspector: InspectorPanel, qapp: QApplication, name: str
) -> None:
    look = theme.apply(qapp, name)
    inspector.resize(round(look.size("inspector")), 900)
    for ids in (("dropout_1",), ("data_1",), ("dense_1",), ("softmax_cross_entropy_1",), ()):
        for tab in range(3):
            inspector.show_selection(ids)
            inspector.tabs.setCurrentIndex(tab)
            qapp.processEvents()
            area = inspector._stack.currentWidget()
            content = area.widget()  # type: ignore[attr-defined]
            room = area.viewport().width()  # type: ignore[attr-defined]
            assert content.width() <= room
            assert content.minimumSizeHint().width() <= room

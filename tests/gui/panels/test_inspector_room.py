"""The inspector's room: nothing is wider than the column, no name is cut."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QApplication

from gui import theme
from gui.document import Document
from gui.inspector import InspectorPanel
from model import editing
from model.layers import LAYERS


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


@pytest.mark.parametrize("name", ["light", "dark", "projector"])
def test_the_name_of_every_layer_is_read_in_full(
    inspector: InspectorPanel, document: Document, qapp: QApplication, name: str
) -> None:
    look = theme.apply(qapp, name)
    inspector.resize(round(look.size("inspector")), 900)
    for tag, kind in LAYERS.items():
        assert document.attempt(editing.add_node, kind(), 0.0, 0.0)
        key = next(reversed(document.graph.nodes))
        inspector.show_selection((key,))
        for _ in range(3):  # the head, the column, and what is in it take their places in turn
            qapp.processEvents()
        title = inspector.header._title
        lines = title.text().split("\n")
        assert "".join(lines).replace(" ", "") == shown_title(document, key), tag
        metrics = QFontMetricsF(title.font())
        assert max(map(metrics.horizontalAdvance, lines)) <= title.contentsRect().width(), tag
        assert title.height() >= len(lines) * metrics.height() - 1, tag
        line = inspector.header._subtitle
        assert line.text().replace("\n", " ") == line.full_text(), tag
        document.attempt(editing.remove, (key,))
    theme.apply(qapp, "light")


def shown_title(document: Document, key: str) -> str:
    """The title of a node without blanks; that of a data set names the set."""
    return document.graph.node(key).title.replace(" ", "")

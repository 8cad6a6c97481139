"""Every line of an example has its room, with a scroll bar and without."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from gui import theme
from gui.palette.examples import ExampleList


@pytest.mark.parametrize("name", ["light", "projector"])
def test_rows_get_higher_where_they_get_narrower(
    qapp: QApplication, qtbot: QtBot, name: str
) -> None:
    theme.apply(qapp, name)
    listing = ExampleList()
    qtbot.addWidget(listing)
    listing.resize(232, 2000)
    listing.show()
    assert listing.fill() == ""
    qapp.processEvents()
    qtbot.wait(150)  # the layout that the first size has asked for
    listing.resize(180, 2000)  # only the width changes, as when a scroll bar appears
    qtbot.wait(150)
    option = QStyleOptionViewItem()
    for row in range(listing.count()):
        index = listing.model().index(row, 0)
        needed = listing.itemDelegate().sizeHint(option, index).height()
        assert listing.visualRect(index).height() == needed
    theme.apply(qapp, "light")

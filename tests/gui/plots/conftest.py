"""A look, a controller and a document for every test of a plot."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from gui import theme
from gui.plots import PLOTS
from tests.gui.plots.fakes import FakeController, FakeDocument, mnist_graph


@pytest.fixture(autouse=True)
def light_look(qapp: QApplication) -> Iterator[None]:
    theme.apply(qapp, "light")
    yield
    theme.apply(qapp, "light")


@pytest.fixture
def make(qtbot: Any) -> Callable[..., Any]:
    """`make("loss")` gives a visible panel; its controller and document hang on it."""

    def build(key: str, graph: Any = None, order: Any = None, **size: int) -> Any:
        spec = next(spec for spec in PLOTS if spec.key == key)
        chosen = mnist_graph() if graph is None else graph
        document = FakeDocument(chosen) if order is None else FakeDocument(chosen, order)
        panel = spec.factory(FakeController(), document)
        qtbot.addWidget(panel)
        panel.resize(size.get("width", 440), size.get("height", 240))
        panel.show()
        return panel

    return build

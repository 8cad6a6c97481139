"""L1 and L2 in the window: worked out at once, moved by slider, picture and button, exported."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui import theme
from gui.labs.penalties import PenaltyPanel
from gui.main_window import MainWindow
from gui.plots.figure import Figure
from tests.gui.conftest import OpenExample
from tests.gui.labs.conftest import open_panel


def opened(qtbot: QtBot, window: MainWindow) -> PenaltyPanel:
    panel = open_panel(window, PenaltyPanel, "penalties")
    qtbot.waitUntil(lambda: bool(panel.paths), timeout=8000)
    return panel


@pytest.fixture
def panel(qtbot: QtBot, open_example: OpenExample) -> PenaltyPanel:
    return opened(qtbot, open_example("diabetes_regression", until_shown=False))


def choose(panel: PenaltyPanel, kind: str) -> None:
    panel.kind.buttons()[("L1", "L2").index(kind)].click()


def test_l1_has_exact_zeros_and_l2_has_none(panel: PenaltyPanel):
    panel.strength.set_value(0.3)
    choose(panel, "L2")
    assert panel.numbers.numbers["zeros"].text() == "0 of 10"
    choose(panel, "L1")
    zeros = int(panel.path.zeros[panel.coefficients.at])
    assert zeros > 0
    assert panel.numbers.numbers["zeros"].text() == f"{zeros} of 10"
    assert f"{zeros} of 10 coefficients are exactly 0" in panel._said.toolTip()


def test_above_the_largest_slope_nothing_is_left_under_l1(panel: PenaltyPanel):
    panel.strength.set_value(2.5)  # 2 max |c| of standardised numbers is 2 at most
    panel._show()
    assert panel.numbers.numbers["zeros"].text() == "10 of 10"
    assert panel.numbers.numbers["training"].text() == "1.00"
    for figure in panel.figures().values():
        figure.resize(400, 300)  # a narrow screen has not laid out all of them
        image = QImage(400, 300, QImage.Format.Format_RGB32)
        image.fill(Qt.GlobalColor.magenta)
        assert isinstance(figure, Figure)
        painter = QPainter(image)
        figure.draw(painter, 1.0)
        painter.end()
        assert image.pixelColor(1, 1) == theme.current().color("plotbg")


def test_the_button_goes_to_the_least_validation_loss(panel: PenaltyPanel):
    panel.to_best.click()
    path = panel.path
    assert panel.losses.at == path.best
    assert path.validation[path.best] == path.validation.min()


def test_a_press_in_a_picture_sets_lambda(panel: PenaltyPanel):
    panel.losses.grab()
    place = panel.losses.to_screen(0.1, 0.7).toPoint()
    QTest.mouseClick(panel.losses, Qt.MouseButton.LeftButton, pos=place)
    assert float(panel.strength.value()) == pytest.approx(0.1, rel=0.13)
    assert panel.coefficients.at == panel.losses.at == panel.path.nearest(0.1)


def test_the_two_coefficients_are_never_the_same(panel: PenaltyPanel):
    first, second = panel.pair
    first.setCurrentIndex(second.currentIndex())
    first.activated.emit(first.currentIndex())
    assert first.currentIndex() != second.currentIndex()
    assert panel.plane.pair == (first.currentIndex(), second.currentIndex())
    assert panel.plane.rows()[0][1:] == [first.currentText(), second.currentText()]


def test_its_numbers_are_exported(panel: PenaltyPanel):
    tables = panel.tables()
    rows = tables["coefficients_over_lambda"]
    assert rows[0][:4] == ["lambda", "age", "sex", "bmi"]
    assert rows[1][0] == pytest.approx(1e-4)
    assert rows[-1][0] == pytest.approx(100.0)
    assert rows[-1][1:] == [0.0] * 10
    assert tables["losses_over_lambda"][-1][-1] == 10


def test_a_design_without_such_data_begins_with_few_items_and_many_features(
    qtbot: QtBot, open_example: OpenExample
):
    panel = opened(qtbot, open_example("xor", until_shown=False))
    assert panel.source.currentText() == "Few items, many features"
    assert "40 features, 50 training" in panel.note.text()
    panel.to_best.click()
    assert panel.numbers.numbers["zeros"].text() == "15 of 40"
    panel.source.setCurrentIndex(panel.source.findData("diabetes"))
    panel.source.activated.emit(panel.source.currentIndex())
    qtbot.waitUntil(lambda: "Diabetes: 10 features" in panel.note.text(), timeout=8000)


def test_the_histogram_keeps_exact_zeros_apart(panel: PenaltyPanel):
    panel.strength.set_value(0.3)
    panel._show()
    path = panel.path
    zeros = int(path.zeros[panel.coefficients.at])
    assert panel.histogram.zeros == zeros > 0
    assert panel.histogram.counts.sum() + zeros == 10
    assert panel.tables()["histogram"][-1] == [0.0, 0.0, zeros]
    choose(panel, "L2")
    assert panel.histogram.zeros == 0
    assert panel.histogram.counts.sum() == 10


def test_the_design_s_own_network_is_trained_for_every_lambda(panel: PenaltyPanel, qtbot: QtBot):
    panel.source.setCurrentIndex(panel.source.findData("network"))
    panel.source.activated.emit(panel.source.currentIndex())
    qtbot.waitUntil(lambda: "This network: 176 weights" in panel.note.text(), timeout=20_000)
    assert set(panel.paths) == {"L1"}
    panel.to_best.click()
    zeros = int(panel.path.zeros[panel.path.best])
    assert panel.numbers.numbers["zeros"].text() == f"{zeros} of 176"
    assert panel.histogram.counts.sum() + zeros == 176
    assert panel.path.lines == tuple(range(40))
    assert "map of their own" in panel.plane.empty_text
    assert not panel.pair[0].isEnabled()
    choose(panel, "L2")  # is worked out when it is asked for
    qtbot.waitUntil(lambda: set(panel.paths) == {"L1", "L2"}, timeout=20_000)
    assert panel.numbers.numbers["zeros"].text() == "0 of 176"
    assert panel.controller.latest is None or panel.controller.latest.step == 0


def test_from_a_loss_of_classes_it_is_about_the_network(qtbot: QtBot, open_example: OpenExample):
    window = open_example("iris", until_shown=False)
    loss = next(key for key in window.document.graph.nodes if "entropy" in key)
    layer = window.document.graph.node(loss).layer
    assert "penalties" in [spec.key for spec in window.labs.of_layer(layer)]
    panel = open_panel(window, PenaltyPanel, "penalties", loss)
    qtbot.waitUntil(lambda: bool(panel.paths), timeout=20_000)
    assert panel.source.currentText() == "This network, not linear"
    assert panel.numbers.numbers["zeros"].text().endswith("of 112")

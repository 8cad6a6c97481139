"""The Jacobian inspector shows the matrix of the engine, its product with delta, and chains."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from gui.canvas.context_menu import menu_at
from gui.labs.jacobian import JacobianPanel
from gui.labs.jacobian_latex import latex_of
from gui.main_window import MainWindow
from model.analysis.local_study import ChainStudy, LocalStudy
from model.teaching.number_style import NumberStyle
from tests.gui.conftest import OpenExample
from tests.gui.labs.conftest import open_panel


class Inspecting:
    """The inspector, opened from the first Dense layer of the iris network."""

    def __init__(self, qtbot: QtBot, window: MainWindow) -> None:
        self.qtbot = qtbot
        self.window = window
        graph = self.window.document.graph
        self.dense = next(
            key for key in self.window.document.inference.order if key.startswith("dense")
        )
        self.title = graph.node(self.dense).title
        self.panel = panel = open_panel(window, JacobianPanel, "jacobian", self.dense)
        self.until(lambda: isinstance(panel._found, LocalStudy))

    def until(self, claim: object) -> None:
        assert callable(claim)
        self.qtbot.waitUntil(claim, timeout=5000)


@pytest.fixture
def inspecting(qtbot: QtBot, open_example: OpenExample) -> Inspecting:
    return Inspecting(qtbot, open_example("iris"))


def local(found: object) -> LocalStudy:
    assert isinstance(found, LocalStudy)
    return found


def test_it_opens_at_the_node_with_its_matrix(inspecting: Inspecting):
    panel = inspecting.panel
    study = local(panel._found)
    assert study.title == inspecting.title
    assert study.jacobian.shape == (16, 4)
    assert panel.middle.shape.text() == "16 × 4"
    assert "by h" in panel._said.full_text()
    row, column = panel.figure.row, panel.figure.column
    at = panel.figure.box()
    cell = QPointF(
        at.left() + (column + 0.5) / 4 * at.width(), at.top() + (row + 0.5) / 16 * at.height()
    )
    value = study.jacobian.matrix[row, column]
    assert NumberStyle().full(value) in panel.figure.text_at(cell)


def test_a_click_and_the_arrows_choose_a_column_which_is_worked_out(inspecting: Inspecting):
    panel = inspecting.panel
    at = panel.figure.box()
    QTest.mouseClick(
        panel.figure, Qt.MouseButton.LeftButton, pos=QPointF(at.left() + 4, at.top() + 4).toPoint()
    )
    assert (panel.figure.row, panel.figure.column) == (0, 0)
    assert panel.side.title.text() == "COLUMN 1 WORKED OUT"
    QTest.keyClick(panel.figure, Qt.Key.Key_Right)
    QTest.keyClick(panel.figure, Qt.Key.Key_Down)
    assert (panel.figure.row, panel.figure.column) == (1, 1)
    study = local(panel._found).jacobian
    assert study.delta is not None
    assert study.product is not None
    column = panel.side.terms._column
    np.testing.assert_allclose(column, study.matrix[:, 1])
    np.testing.assert_allclose(study.delta @ column, study.product[1])


def test_the_card_s_menu_opens_it_there(inspecting: Inspecting):
    window = inspecting.window
    window.labs.close()
    window.scene.select((inspecting.dense,))
    menu = menu_at(window.view, window.view.actions_, QPoint(5, 5), is_key=True)
    labs = menu.findChild(QMenu, "laboratories")
    assert labs.menuAction() in menu.actions()
    assert all(each.objectName().startswith("study_") for each in labs.actions())
    labs.findChild(QAction, "study_jacobian").trigger()
    assert window.labs.current == "jacobian"
    assert inspecting.panel.node_id == inspecting.dense


def test_a_wire_s_menu_opens_it_at_that_wire(qtbot: QtBot, open_example: OpenExample):
    window = open_example("two_branches")
    graph = window.document.graph
    joined = next(key for key in graph if key.startswith("concatenate"))
    wires = graph.wires_into(joined)
    menu = QMenu()
    window.view.add_wire_studies(menu, wires[1])
    menu.actions()[0].trigger()
    panel = window.labs.panels["jacobian"]
    assert isinstance(panel, JacobianPanel)
    qtbot.waitUntil(lambda: panel._found is not None, timeout=5000)
    assert local(panel._found).jacobian.by == "h[1]"
    labels = next(w for w in graph.wires() if w.target_port == "target")
    none = QMenu()
    window.view.add_wire_studies(none, labels)
    assert none.isEmpty()


def test_a_parameter_can_be_chosen(inspecting: Inspecting):
    panel = inspecting.panel
    panel.fields.by.setCurrentIndex(panel.fields.by.findData("W"))
    inspecting.until(lambda: local(panel._found).jacobian.is_parameter)
    assert local(panel._found).jacobian.shape == (16, 64)


def test_a_chain_is_multiplied_out(inspecting: Inspecting):
    panel = inspecting.panel
    panel.fields.ways.buttons()[1].click()
    inspecting.until(lambda: isinstance(panel._found, ChainStudy))
    study = panel._found
    assert isinstance(study, ChainStudy)
    np.testing.assert_allclose(panel._map.matrix, study.chain.total)
    texts = [panel.fields.way.itemText(k) for k in range(panel.fields.way.count())]
    assert any("·" in text and "=" in text for text in texts)
    panel.fields.way.setCurrentIndex(2)
    assert panel._map.matrix.shape == study.chain.ways[0].links[0].shape


def test_zoom_stays_within_what_is_useful(inspecting: Inspecting):
    figure = inspecting.panel.figure
    figure.set_zoom(1000)
    assert figure.zoom < 1000
    figure.set_zoom(0.01)
    assert figure.zoom == 1


def test_the_matrix_is_copied_as_latex(inspecting: Inspecting):
    inspecting.panel.copy.click()
    text = QGuiApplication.clipboard().text()
    assert text.count("\\\\") == 12
    assert text.startswith(r"\mathbf{J}")
    assert latex_of(np.array([[1.0, -0.5]]), NumberStyle()) == (
        "\\mathbf{J} = \\begin{bmatrix}\n1 & -0.5\n\\end{bmatrix}"
    )


def test_symbols_stand_in_the_cells_and_the_matrix_is_copied_in_them(inspecting: Inspecting):
    panel = inspecting.panel
    inspecting.until(lambda: panel.symbols is not None)
    assert panel.middle.formula.tex().endswith("= W_{ji}")
    assert panel.middle.whole.tex() == r"\mathbf{J} = W^{T}"
    before = panel.figure.place
    panel.forms.buttons()[2].click()
    place = panel.figure.place
    assert place is not None
    assert before is not None
    assert place.has_symbols
    assert place.cell[1] > before.cell[1]
    panel.copy.click()
    assert "W_{1,1} & W_{2,1} & W_{3,1} & W_{4,1}" in QGuiApplication.clipboard().text()


def test_differences_agree_and_say_where_they_agree_least(inspecting: Inspecting):
    panel = inspecting.panel
    inspecting.until(lambda: panel.check is not None)
    assert panel.check is not None
    assert panel.check.verdict == "ok"
    badge = panel.side.check
    assert badge.verdict.text() == "numeric Jacobian agrees"
    assert badge.error.text().startswith("relative error ")
    assert badge.place.text().startswith("largest at ∂y")


def test_colours_hide_the_numbers_until_one_zooms_in(inspecting: Inspecting):
    figure = inspecting.panel.figure
    inspecting.panel.forms.buttons()[0].click()
    assert figure.place is not None
    assert not figure.place.has_numbers
    figure.set_zoom(3)
    assert figure.place.has_numbers
    inspecting.panel.forms.buttons()[1].click()
    assert figure.zoom == 1
    assert figure.place.has_numbers


def test_the_cards_at_both_ends_are_shown_and_lead_to_their_own(inspecting: Inspecting):
    panel = inspecting.panel
    titles = [end.title for end in panel.facts.where._ends]
    assert titles[1] == inspecting.title
    assert len(titles) == 3
    box = panel.facts.where._boxes()[2]
    QTest.mouseClick(panel.facts.where, Qt.MouseButton.LeftButton, pos=box.center().toPoint())
    inspecting.until(lambda: local(panel._found).title == titles[2])
    assert panel.facts.tiles.accessibleDescription() == "diagonal"


def test_a_product_of_several_has_no_symbols_and_says_so(inspecting: Inspecting):
    panel = inspecting.panel
    panel.fields.ways.buttons()[1].click()
    inspecting.until(lambda: isinstance(panel._found, ChainStudy))
    symbols = panel.forms.buttons()[2]
    assert not symbols.isEnabled()
    assert "one of its links" in symbols.toolTip()
    panel.fields.way.setCurrentIndex(2)
    assert symbols.isEnabled()


def test_the_factors_of_a_chain_stand_below_and_can_be_pressed(inspecting: Inspecting):
    panel = inspecting.panel
    strip = panel.middle.strip
    assert not strip.isVisible()
    panel.fields.ways.buttons()[1].click()
    inspecting.until(lambda: isinstance(panel._found, ChainStudy))
    study = panel._found
    assert isinstance(study, ChainStudy)
    links = study.chain.ways[0].links
    assert [factor.matrix.shape for factor in strip._factors[:-1]] == [k.shape for k in links]
    QTest.mouseClick(strip, Qt.MouseButton.LeftButton, pos=strip._boxes()[1].center().toPoint())
    assert panel.fields.link == (0, 1)
    assert panel._jacobian is links[1]
    QTest.mouseClick(strip, Qt.MouseButton.LeftButton, pos=strip._boxes()[-1].center().toPoint())
    assert panel.fields.link == (0, None)

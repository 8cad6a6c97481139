"""From a card to its curve, and the tripwires of a real run in a real window."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from gui.main_window import MainWindow
from gui.plots.delta import DeltaPlot
from tests.gui.shell.conftest import MakeWindow, example


def seismograph(window: MainWindow) -> DeltaPlot:
    panel = window.docks.docks["delta"].panel
    assert isinstance(panel, DeltaPlot)
    return panel


def test_the_menu_of_a_card_leads_to_its_curve(window: MainWindow, qtbot: QtBot) -> None:
    action = window.seismograph.action
    assert action in window.view.card_actions
    window.view.canvas.select({"dense_2"})
    assert not action.isEnabled()
    assert "press Run" in action.toolTip()
    window.controller.step_batch()
    qtbot.waitUntil(action.isEnabled, timeout=5000)
    window.docks.docks["delta"].hide()
    action.trigger()
    assert not window.docks.docks["delta"].isHidden()
    assert seismograph(window).chart.highlighted == "delta:dense_2"
    window.view.canvas.select({"data_1"})
    assert not action.isEnabled()
    assert "no δ" in action.toolTip()


def test_an_example_trips_its_wire_and_the_first_remedy_ends_it(
    make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window(example("vanishing_delta"))
    window.docks.docks["delta"].build()
    troubles, panel = window.controller.troubles, seismograph(window)
    window.controller.run()
    qtbot.waitUntil(lambda: "vanishing" in [t.kind for t in troubles.told], timeout=20_000)
    assert window.view.canvas.nodes["dense_1"].problem.startswith("δ vanishes")
    told = next(told for told in troubles.told if told.kind == "vanishing")
    with qtbot.waitSignal(window.controller.reset_done, timeout=20_000):
        troubles.try_out(told.remedies[0])
    qtbot.waitUntil(lambda: window.controller.state == "finished", timeout=20_000)
    assert troubles.told == ()
    assert panel.has_contrast
    assert window.view.canvas.nodes["dense_1"].problem == ""
    window.document.stack.undo()
    assert window.document.graph.node("sigmoid_1").layer.title == "Sigmoid"

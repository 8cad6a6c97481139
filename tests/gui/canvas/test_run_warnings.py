"""Badges of cards where a tripwire of the training is up."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from gui.canvas.run_warnings import RunWarnings
from tests.gui.canvas.conftest import Hands, mnist, shown


class FakeTroubles(QObject):
    """Says what the test puts into `said`."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.said: dict[str, str] = {}
        self.troubles = self

    def marks(self) -> dict[str, str]:
        return self.said


def test_a_card_has_a_badge_with_its_sentence_until_all_is_well(hands: Hands):
    shown(hands, mnist())
    canvas, troubles = hands.view.canvas, FakeTroubles()
    warnings = RunWarnings(canvas, troubles)
    card, other = canvas.nodes["dense_1"], canvas.nodes["relu_1"]
    troubles.said = {"dense_1": "δ vanishes here. Try ReLU.", "gone_1": "of a card that has gone"}
    troubles.changed.emit()
    assert card.problem == "δ vanishes here. Try ReLU."
    assert not card.is_blocking
    assert other.problem == ""
    troubles.said = {"relu_1": "Dead units."}
    troubles.changed.emit()
    assert (card.problem, other.problem) == ("", "Dead units.")
    troubles.said = {}
    troubles.changed.emit()
    assert other.problem == ""
    warnings.deleteLater()


def test_a_failed_run_is_told_before_a_warning(hands: Hands):
    shown(hands, mnist())
    card = hands.view.canvas.nodes["dense_1"]
    card.set_warning("Updates leap.")
    card.set_failure("NaN appeared here.")
    assert (card.problem, card.is_blocking) == ("NaN appeared here.", True)
    card.set_failure("")
    assert (card.problem, card.is_blocking) == ("Updates leap.", False)

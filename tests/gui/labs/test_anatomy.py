"""Anatomy of an update: bars, curves and numbers are those of the same gradients for everybody."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui.labs.anatomy import AnatomyPanel
from gui.plots import export
from model.analysis.racing_fed import FeedStudy, feed
from model.optimizers import OPTIMIZERS, Adam, AdamW
from tests.gui.conftest import OpenExample
from tests.gui.labs.conftest import Laboratory


class Feeding(Laboratory[AnatomyPanel]):
    """The laboratory as it opens, standing at the first update."""

    kind = AnatomyPanel
    key = "anatomy"
    patience_ms = 10_000

    def choose(self, key: str) -> FeedStudy:
        def act() -> None:
            self.panel.choice.set_value(key)
            self.panel.choice.edited.emit(key)

        return self.after(act)


@pytest.fixture
def feeding(qtbot: QtBot, open_example: OpenExample) -> Feeding:
    return Feeding(qtbot, open_example("iris"))


def test_everybody_is_fed_the_same(feeding: Feeding):
    panel = feeding.open()
    study = panel.study
    assert study is not None
    for fed in study.fed.values():
        gradients = [float(parts["gradient"][0]) for parts in fed.parts]
        np.testing.assert_array_equal(gradients, study.given.gradients)
    feeding.transport.set_position(3)
    # momentum 0.9, rho 0.1, g = 1: nu = 0.1, 0.19, 0.271
    momentum = next(update for update in panel.bars.updates if update.name == "Momentum")
    assert momentum.addends["gradient"] == pytest.approx(-0.1)
    assert momentum.addends["memory"] == pytest.approx(-0.171)
    assert momentum.step == pytest.approx(-0.271)


def test_the_numbers_are_adams_moments(feeding: Feeding):
    panel = feeding.open()
    feeding.transport.set_position(3)
    names = [row[0].toolTip() for row in panel.pictures.parts._rows]
    values = dict(zip(names, [row[1].text() for row in panel.pictures.parts._rows], strict=True))
    # m = 1 - 0.9^3, v = 1 - 0.999^3
    assert values["mean"] == "0.271"
    assert values["square"] == "0.002997"
    assert values["corrected mean"] == "1"
    assert values["step"] == "0.1"


@pytest.mark.parametrize("key", ["zigzag", "noise", "rare", "shock", "fading"])
def test_every_sequence_is_shown_with_its_point(feeding: Feeding, key: str):
    feeding.open()
    study = feeding.choose(key)
    assert study.given.key == key
    assert feeding.panel.note.text() == study.given.note
    assert feeding.panel.stems.empty_text == ""


def test_all_ten_with_their_own_options(feeding: Feeding):
    panel = feeding.open()
    for tag in ("nesterov", "adadelta", "nadam", "lion"):
        panel.racers.add(OPTIMIZERS[tag]())
    panel.racers.add(AdamW(lr=0.1, weight_decay=0.5))
    study = feeding.after(panel.racers.changed.emit)
    assert len(study.fed) == 10
    feeding.transport.set_position(2)
    decayed = next(update for update in panel.bars.updates if update.name == "AdamW")
    assert decayed.addends["decay"] < 0
    adam = next(row for row in panel.racers.rows if type(row.optimizer) is Adam)
    adam.more.click()
    adam.form.widget("bias_correction").set_value(False)
    study = feeding.after(lambda: adam.form.widget("bias_correction").edited.emit(False))
    feeding.transport.set_position(1)
    # without correction the first step is 0.1 g / sqrt(0.001) g = 3.16 times too long
    plain = next(update for update in panel.bars.updates if update.name == "Adam")
    assert plain.step == pytest.approx(-0.1 * 0.1 / np.sqrt(0.001), rel=1e-4)
    assert "bias correction" not in plain.addends


def test_a_weight_of_the_present_training(feeding: Feeding):
    window = feeding.window
    dense = next(k for k in window.document.inference.order if k.startswith("dense"))
    panel = feeding.open(dense)
    assert panel.choice.value() == "weight"
    place = panel.weight.value()
    assert place is not None
    assert place[0] == dense
    study = panel.study
    assert study is not None
    assert len(study.given.gradients) == 60
    assert study.given.start == pytest.approx(study.fed[0].thetas[0])
    own = window.document.graph.training.optimizer
    np.testing.assert_allclose(feed(own, study.given).thetas[0], study.given.start)
    panel.weight.set_value((dense, "W", (2, 3)))
    study = feeding.after(panel.weight.edited.emit)
    assert "W[3, 4]" in study.given.title
    panel.steps.set_value(12)
    study = feeding.after(panel.steps.finished.emit)
    assert feeding.transport.last == 12


def test_keys_and_the_mouse_choose_the_update(feeding: Feeding):
    panel = feeding.open()
    QTest.keyClick(panel, Qt.Key.Key_Right)
    QTest.keyClick(panel, Qt.Key.Key_Right)
    assert panel.stems.position == 2
    QTest.keyClick(panel, Qt.Key.Key_End)
    assert feeding.transport.position == 60
    panel.stems.grab()
    place = panel.stems.to_screen(20, 0.5).toPoint()
    QTest.mouseClick(panel.stems, Qt.MouseButton.LeftButton, pos=place)
    assert feeding.transport.position == 20
    assert panel.pictures.title.full_text() == "Anatomy of update 20"


def test_without_a_design_that_runs_it_says_so(feeding: Feeding):
    feeding.window.document.new()
    panel = feeding.open()
    panel.choice.set_value("weight")
    panel.choice.edited.emit("weight")
    assert "needs a design that can run" in panel.bars.empty_text
    panel.bars.grab()
    assert feeding.choose("rare").given.key == "rare"


def test_it_is_exported(feeding: Feeding, tmp_path: Path):
    panel = feeding.open()
    for name, kind in (("anatomy", "svg"), ("gradients", "png"), ("weight", "svg")):
        source = panel.exports.source(name, kind)
        assert source is not None
        export.write(source, kind, tmp_path / f"{name}.{kind}")
        assert (tmp_path / f"{name}.{kind}").stat().st_size > 500
    rows = panel.tables()["updates"]
    assert len(rows) == 1 + 5 * 60
    for row in rows[1:]:
        assert sum(value for value in row[3:8] if value is not None) == pytest.approx(row[8])

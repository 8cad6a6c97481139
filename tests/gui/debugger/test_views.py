"""The four views: what they say of an operation, and how a term lights up in all of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui import theme
from gui.debugger.moment import Moment
from gui.debugger.number_text import NumberStyle, remembered
from gui.debugger.session import DebugSession
from gui.debugger.views import OperationViews
from gui.debugger.views.term_canvas import Hit, TermCanvas
from gui.document import Document
from gui.settings import Settings
from gui.training.controller import TrainingController
from model.files import examples_folder, read_design


class Looking:
    """A walk through an example, with the views beside it."""

    def __init__(self, qtbot: QtBot, name: str, settings: Settings) -> None:
        self.qtbot = qtbot
        self.document = Document()
        self.controller = TrainingController(self.document)
        self.session = DebugSession(self.document, self.controller)
        self.document.load(read_design(examples_folder() / f"{name}.json"), None)
        self.views = OperationViews(self.session, settings)
        qtbot.addWidget(self.views)
        self.views.resize(460, 1600)
        self.views.show()
        qtbot.waitUntil(lambda: self.controller.latest is not None, timeout=10_000)
        self.session.open()
        self.settle()

    def settle(self) -> Moment:
        def is_told() -> bool:
            moment = self.session.moment
            is_newest = moment is not None and moment.ticket == self.session.ticket
            return is_newest and moment is not None and moment.is_described

        self.qtbot.waitUntil(is_told, timeout=10_000)
        QApplication.processEvents()
        assert self.session.moment is not None
        return self.session.moment

    def do(self, command: str, *args: object) -> Moment:
        getattr(self.session, command)(*args)
        return self.settle()

    def at(self, node_id: str, kind: str) -> Moment:
        """After this operation."""
        moment = self.settle()
        place = next(
            info.index for info in moment.operations if (info.node_id, info.kind) == (node_id, kind)
        )
        return self.do("go_to", place + 1)

    def hit(self, view: TermCanvas, term: str) -> Hit:
        return next(each for each in view.hits if term in each.terms)

    def point_at(self, view: TermCanvas, pos: QPointF) -> None:
        QTest.mouseMove(view, QPoint(1, 1))
        QTest.mouseMove(view, pos.toPoint())
        QApplication.processEvents()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "settings.ini")


@pytest.fixture
def chain(qtbot: QtBot, settings: Settings) -> Iterator[Looking]:
    found = Looking(qtbot, "chain_rule", settings)
    yield found
    found.session.close()
    found.controller.shutdown()


@pytest.fixture
def spiral(qtbot: QtBot, settings: Settings) -> Iterator[Looking]:
    found = Looking(qtbot, "spiral", settings)
    yield found
    found.session.close()
    found.controller.shutdown()


def test_before_the_first_operation_the_views_say_what_to_do(chain: Looking):
    assert not any(section.isVisible() for section in chain.views.sections)
    assert chain.views._nothing.isVisible()
    chain.do("step")
    assert all(section.isVisible() for section in chain.views.sections)
    assert not chain.views._nothing.isVisible()


def test_the_views_of_a_logarithm_say_the_same_in_four_ways(chain: Looking):
    chain.at("y", "backward")
    views = chain.views
    assert r"\delta = 6.4378 \cdot 0.2 = 1.2876" in views.formula.latex()
    assert views.code.source().startswith("d_x = delta_out * (1 / x)\n")
    assert "def backward(self, n: Workspace) -> None:" in views.code.source()
    scope: dict[str, np.ndarray] = {}
    exec(views.numbers.numpy(), {"np": np}, scope)
    assert float(scope["upstream"]) == pytest.approx(6.437751649736401)
    assert float(scope["local"]) == pytest.approx(0.2)
    assert float(scope["downstream"]) == pytest.approx(1.2875503, abs=1e-7)
    assert len(views.picture.hits) == 3


def test_a_term_that_is_pointed_at_lights_up_everywhere(chain: Looking):
    chain.at("y", "backward")
    for view in chain.views.views:
        hit = chain.hit(view, "local")
        chain.point_at(view, hit.rect.center())
        assert chain.session.term == "local", view.objectName()
        assert chain.views.switch.buttons[1].toolButtonStyle() == (
            Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        )
        QApplication.sendEvent(view, _leaving())
        assert chain.session.term == ""


def _leaving() -> object:
    from PySide6.QtCore import QEvent

    return QEvent(QEvent.Type.Leave)


def test_lighting_a_term_changes_the_picture_of_every_view(chain: Looking):
    chain.at("y", "backward")
    for view in chain.views.views:
        before = view.grab().toImage()
        chain.session.light("local")
        assert view.grab().toImage() != before, view.objectName()
        chain.session.light("")
        assert view.grab().toImage() == before, view.objectName()


def test_a_term_that_is_held_stays_lit_when_the_mouse_leaves(chain: Looking):
    chain.at("y", "backward")
    upstream = chain.views.switch.buttons[0]
    QTest.mouseClick(upstream, Qt.MouseButton.LeftButton)
    assert chain.session.term == "upstream"
    view = chain.views.numbers
    chain.point_at(view, chain.hit(view, "downstream").rect.center())
    assert chain.session.term == "downstream"
    QApplication.sendEvent(view, _leaving())
    assert chain.session.term == "upstream"
    QTest.mouseClick(upstream, Qt.MouseButton.LeftButton)
    assert chain.session.term == ""


def test_the_switch_offers_the_terms_of_the_phase(chain: Looking):
    words = []
    for node_id, kind in (("y", "forward"), ("y", "backward"), ("w", "gradient"), ("w", "update")):
        chain.at(node_id, kind)
        words.append([button.term for button in chain.views.switch.buttons])
    assert words == [
        ["input", "parameter", "out"],
        ["upstream", "local", "downstream"],
        ["upstream", "local", "gradient"],
        ["part:theta", "part:step", "part:new"],
    ]


def test_a_number_is_chosen_by_a_click_and_moved_by_arrows(spiral: Looking):
    moment = spiral.at("dense_2", "backward")
    assert moment.view is not None
    numbers = spiral.views.numbers
    hit = next(each for each in numbers.hits if each.choose and "downstream" in each.terms)
    assert hit.grid is not None
    assert hit.grid_rect is not None
    where = hit.grid.rect_of(3, hit.grid_rect).center()
    QTest.mouseClick(numbers, Qt.MouseButton.LeftButton, pos=where.toPoint())
    moment = spiral.settle()
    assert moment.view is not None
    assert moment.view.written_out[0].place == 3
    QTest.keyClick(numbers, Qt.Key.Key_Right)
    moment = spiral.settle()
    assert moment.view is not None
    assert moment.view.written_out[0].place == 4
    assert r"\delta_{5}" in spiral.views.formula.latex()


def test_tab_goes_through_the_terms_and_lights_them(chain: Looking):
    chain.at("y", "backward")
    formula = chain.views.formula
    formula.setFocus(Qt.FocusReason.TabFocusReason)
    chain.qtbot.waitUntil(formula.hasFocus)
    seen = [chain.session.term]
    for _ in range(len(formula.hits) - 1):
        QTest.keyClick(formula, Qt.Key.Key_Tab)
        seen.append(chain.session.term)
    assert seen == [hit.terms[0] for hit in formula.hits]
    assert formula.accessibleDescription()


def test_a_number_is_told_in_full_when_it_is_pointed_at(spiral: Looking):
    moment = spiral.at("dense_2", "backward")
    assert moment.view is not None
    numbers = spiral.views.numbers
    hit = next(each for each in numbers.hits if each.choose and "downstream" in each.terms)
    assert hit.grid is not None
    assert hit.grid_rect is not None
    pos = hit.grid.rect_of(2, hit.grid_rect).center()
    tip = numbers.tip_of(hit, pos)
    value = float(moment.view.downstream["h"][2])
    assert tip.endswith(f"[3] = {spiral.session.style.full(value)}")


def test_names_in_the_lines_tell_their_values(spiral: Looking):
    spiral.at("dense_2", "backward")
    code = spiral.views.code
    tips = {hit.tip.partition(":")[0]: hit.tip for hit in code.hits}
    assert tips["W"].startswith("W: local derivative")
    assert "16 × 16" in tips["W"] or "×" in tips["W"]
    assert "from " in tips["delta_out"]


def test_a_view_that_is_folded_away_does_nothing(
    spiral: Looking, monkeypatch: pytest.MonkeyPatch, settings: Settings
):
    spiral.do("step")
    section = spiral.views.sections[0]
    section.set_folded(True)
    assert settings.flag("debugger/fold_picture", False)
    arranged: list[float] = []
    arrange = spiral.views.picture.arrange
    monkeypatch.setattr(
        spiral.views.picture, "arrange", lambda *args: (arranged.append(1), arrange(*args))[1]
    )
    spiral.do("step")
    spiral.do("step")
    assert arranged == []
    section.set_folded(False)
    QApplication.processEvents()
    assert arranged


def test_the_form_of_numbers_is_chosen_in_a_panel_and_remembered(
    chain: Looking, settings: Settings
):
    chain.at("y", "backward")
    chain.session.set_style(NumberStyle())
    chain.settle()
    button = chain.views.style_button
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    panel = button.panel
    panel.digits.setValue(7)
    panel.comma.setChecked(True)
    panel.fractions.setChecked(True)
    chain.settle()
    assert chain.session.style == NumberStyle(7, has_fractions=True, has_comma=True)
    assert r"\delta = 6{,}437752 \cdot \frac{1}{5} = 1{,}28755" in chain.views.formula.latex()
    assert remembered(settings) == chain.session.style
    panel.close()


def test_views_are_copied_as_latex_code_and_fine_pictures(chain: Looking):
    chain.at("y", "backward")
    clipboard = QGuiApplication.clipboard()
    chain.views.copy_latex()
    assert clipboard.text() == chain.views.formula.latex()
    chain.views.copy_numpy()
    assert clipboard.text() == chain.views.code.source()
    chain.views.copy_numbers()
    assert "downstream = np.array(" in clipboard.text()
    chain.views.copy_picture()
    assert clipboard.pixmap().width() == 2 * chain.views.picture.width()
    chain.views.copy_all()
    assert clipboard.pixmap().height() > 2 * sum(view.height() for view in chain.views.views)


def test_a_click_in_any_parameter_of_an_update_chooses_that_weight(spiral: Looking):
    spiral.at("dense_2", "update")
    hits = [hit for hit in spiral.views.numbers.hits if hit.choose and "part:new" in hit.terms]
    assert len(hits) == 2  # W and b
    hits[1].choose(3)
    moment = spiral.settle()
    assert moment.view is not None
    assert moment.view.places["b"] == 3
    line = dict(moment.view.with_numbers)["b"]
    assert line.startswith(r"b_{4} \leftarrow")


def test_every_array_that_is_copied_has_a_name_of_its_own(spiral: Looking):
    moment = spiral.at("dense_2", "gradient")
    assert moment.view is not None
    scope: dict[str, np.ndarray] = {}
    exec(spiral.views.numbers.numpy(), {"np": np}, scope)
    shares, gradients = moment.view.shares, moment.view.gradients
    for name in ("W", "b"):
        np.testing.assert_allclose(scope[f"share_{name}"], shares[name], rtol=1e-6)
        np.testing.assert_allclose(scope[f"gradient_{name}"], gradients[name], rtol=1e-6)
    moment = spiral.at("dense_2", "update")
    scope.clear()
    exec(spiral.views.numbers.numpy(), {"np": np}, scope)
    for name in ("W", "b"):
        new = scope[f"theta_{name}"] - scope[f"step_{name}"]
        np.testing.assert_allclose(new, scope[f"new_{name}"], rtol=1e-6)


def test_the_whole_batch_is_shown_and_a_number_of_it_chosen(spiral: Looking):
    spiral.at("dense_2", "backward")
    moment = spiral.do("set_item", None)
    moment = spiral.at("dense_2", "backward")
    assert moment.view is not None
    delta = moment.view.downstream["h"]
    assert len(delta) == moment.batch
    numbers = spiral.views.numbers
    hit = next(each for each in numbers.hits if each.choose and "downstream" in each.terms)
    assert hit.choose is not None
    hit.choose(2 * delta.shape[1] + 5)
    moment = spiral.settle()
    assert moment.view is not None
    assert moment.view.places["h"] == 5


@pytest.mark.parametrize("name", theme.THEMES)
@pytest.mark.parametrize("width", [310, 460])
def test_nothing_of_a_view_is_cut_at_its_side(spiral: Looking, name: str, width: int):
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, name)
    try:
        spiral.views.resize(round(width * min(theme.current().scale, 1.2)), 900)
        for node_id, kind in (
            ("dense_1", "forward"),
            ("softmax_cross_entropy_1", "backward"),
            ("dense_2", "gradient"),
            ("dense_2", "backward"),
            ("tanh_1", "backward"),
            ("dense_1", "update"),
        ):
            spiral.at(node_id, kind)
            for view in spiral.views.views:
                assert not view.grab().isNull()
                for hit in view.hits:
                    assert hit.rect.left() >= -6, (view.objectName(), kind, hit)
                    assert hit.rect.right() <= view.width() + 6, (view.objectName(), kind, hit)
                    assert hit.rect.bottom() <= view.height() + 6, (view.objectName(), kind, hit)
    finally:
        theme.apply(app, "light")


def test_long_lines_go_on_below_without_losing_a_letter():
    from gui.debugger.views.code_view import _rows_of
    from model.teaching.sources import SourceLine, Span

    text = "    np.dot(n.delta_out.reshape(n.out_rows.shape), n.W.T, out=a_name_that_is_long)"
    spans = (Span(11, 22, "delta_out", ("upstream",)), Span(50, 53, "W", ("local",)))
    for columns in range(12, 90):
        rows = _rows_of(SourceLine(text, True, spans), columns)
        shown = [text[start:stop] for start, stop, _ in rows]
        assert "".join(shown).replace(" ", "") == text.replace(" ", "")
        assert all(indent + stop - start <= columns for start, stop, indent in rows)

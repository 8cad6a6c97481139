"""Formulas are set where they can be, and shown as typed where they cannot."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QPixmap
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui import theme
from gui.formulas import MAX_LENGTH, FormulaLabel, formula_pixmap, is_formula

FORMULAS = [
    r"h^{(6)} = m \odot h^{(5)}",
    r"m_j \sim \text{Bernoulli}(1-p)",
    r"\delta^{(l)} = \delta^{(l+1)} \frac{\partial f^{(l)}(h^{(l)})}{\partial h^{(l)}}",
    r"\nu \leftarrow \gamma \nu + \rho \nabla J, \quad \theta \leftarrow \theta - \nu",
    r"\hat{y}_k = \frac{e^{z_k}}{\sum_j e^{z_j}}",
    r"\begin{pmatrix} 1 & 0 \\ 0 & 1 \end{pmatrix}",
    r"\begin{bmatrix} a & b \\ c & d \end{bmatrix}",
    r"f(x) = \begin{cases} x & x > 0 \\ 0 & x \le 0 \end{cases}",
    r"\frac{\hat{m}}{\sqrt{\hat{v}} + \epsilon}",
    r"\hat{h} = \frac{h - \mu}{\sqrt{\sigma^2 + \epsilon}}",
    r"J = -\frac{1}{B} \sum_{i=1}^{B} \log \hat{y}_{i, y_i}",
    r"\underbrace{\lambda \sum_i \theta_i^2}_{\text{penalty}}",
    r"\begin{aligned} a &= b \\ c &= d \end{aligned}",
    r"\rho",
]


def _pixels(picture: QPixmap) -> np.ndarray:
    image = picture.toImage().convertToFormat(QImage.Format.Format_RGBA8888)
    flat = np.frombuffer(image.constBits(), np.uint8)
    return flat.reshape(image.height(), image.bytesPerLine() // 4, 4)[:, : image.width()].copy()


@pytest.mark.parametrize("tex", FORMULAS)
def test_a_formula_of_the_lecture_is_set(qapp: QApplication, tex: str) -> None:
    assert is_formula(tex)
    ink = _pixels(formula_pixmap(tex, 20, QColor("#ff0000")))
    shown = ink[..., 3] > 128
    assert shown.sum() > 20
    assert (ink[shown][:, :3].mean(axis=0) > [200, -1, -1]).all()
    # Nothing is cut: a margin of clear pixels all around.
    edges = [ink[0, :, 3], ink[-1, :, 3], ink[:, 0, 3], ink[:, -1, 3]]
    assert max(int(edge.max()) for edge in edges) == 0


@pytest.mark.parametrize("tex", ["{" * 200, r"\frac{a}", "a & b <", "x" * (MAX_LENGTH + 1), ""])
def test_what_is_no_formula_is_shown_as_typed(qapp: QApplication, tex: str) -> None:
    picture = formula_pixmap(tex, 16, QColor("black"))
    assert not picture.isNull()
    if tex:
        assert (_pixels(picture)[..., 3] > 0).sum() > 20


def test_a_dense_screen_gets_more_pixels_for_the_same_size(qapp: QApplication) -> None:
    plain = formula_pixmap(r"h \odot m", 18, QColor("black"))
    dense = formula_pixmap(r"h \odot m", 18, QColor("black"), dpr=2.0)
    assert dense.width() == pytest.approx(2 * plain.width(), abs=2)
    width = plain.deviceIndependentSize().width()
    assert dense.deviceIndependentSize().width() == pytest.approx(width, abs=1)


def test_a_formula_is_set_once(qapp: QApplication) -> None:
    first = formula_pixmap(r"\alpha + \beta", 18, QColor("black"))
    assert formula_pixmap(r"\alpha + \beta", 18, QColor("black")).cacheKey() == first.cacheKey()


def test_a_label_follows_the_theme_and_tells_its_source(qapp: QApplication, qtbot: QtBot) -> None:
    theme.apply(qapp, "light")
    label = FormulaLabel(r"\rho^2", color_token="text")
    qtbot.addWidget(label)
    label.resize(label.sizeHint())
    assert label.accessibleName() == r"\rho^2"
    at_desk = label.sizeHint()
    dark_on_light = label.grab().toImage()
    try:
        theme.apply(qapp, "projector")
        assert label.sizeHint().height() > at_desk.height()
        theme.apply(qapp, "dark")
        assert label.grab().toImage() != dark_on_light
    finally:
        theme.apply(qapp, "light")


def test_a_label_without_room_sets_its_formula_smaller(qapp: QApplication, qtbot: QtBot) -> None:
    label = FormulaLabel(FORMULAS[2])
    qtbot.addWidget(label)
    label.resize(label.sizeHint().width() // 2, label.sizeHint().height())
    ink = _pixels(label.grab())
    ground = ink[0, 0]
    assert (ink != ground).any()
    assert (ink[:, -1] == ground).all()
    assert (ink[:, 0] == ground).all()


def test_an_empty_label_takes_no_room_and_can_be_filled(qapp: QApplication, qtbot: QtBot) -> None:
    label = FormulaLabel()
    qtbot.addWidget(label)
    assert label.sizeHint().isEmpty()
    label.set_tex(r"\gamma")
    assert label.tex() == r"\gamma"
    assert label.sizeHint().width() > 4

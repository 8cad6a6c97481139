"""Formulas laid out as boxes: all that the program writes, broken into lines, with their terms."""

from __future__ import annotations

import pytest

from gui.debugger.views.math_box import Box
from gui.debugger.views.math_set import AXIS, UnknownLatexError, layout
from model.layers import LAYERS
from model.optimizers import Optimizer
from model.teaching.anatomy import SYMBOLS
from model.teaching.terms import marked

FORMULAS = sorted(
    {
        marked(tex, direction, ("h",), ("W", "b", "gamma", "beta"))
        for kind in LAYERS.values()
        for direction in ("forward", "backward")
        for _, tex in getattr(kind.formulas, direction)
    }
)


def optimizers(kind: type[Optimizer]) -> list[type[Optimizer]]:
    below = kind.__subclasses__()
    return below + [each for one in below for each in optimizers(one)]


def is_inside(box: Box) -> bool:
    return all(
        mark.rect.left() >= -0.01
        and mark.rect.right() <= box.width + 0.01
        and mark.rect.top() >= -box.up - 0.01
        and mark.rect.bottom() <= box.down + 0.01
        for mark in box.marks
    )


@pytest.mark.parametrize("tex", FORMULAS)
def test_every_formula_of_every_layer_is_laid_out(tex: str):
    box = layout(tex)
    assert box.width > 0
    assert box.inks
    assert is_inside(box)


def test_the_formulas_and_symbols_of_all_optimisers_are_laid_out():
    for kind in optimizers(Optimizer):
        for _, tex in kind.formulas.forward:
            assert is_inside(layout(marked(tex, "update")))
    for tex in SYMBOLS.values():
        assert layout(tex).inks


@pytest.mark.parametrize(
    "tex",
    [
        r"\frac{\partial f}{\partial x} = \frac{1}{x} = \frac{1}{5} = 0{,}2",
        r"2 \cdot 1.6094^{2} - 1",
        r"\log{\left(x \right)} + \operatorname{sign}{\left(x \right)}",
        r"\left|{x}\right| + \sqrt{x} + \sin{\left(x^{2} \right)}",
        r"\mathrm{softmax}(z) + \sum x + \|x\| + [x]_{0, 1} + (a, b)^T",
        r"1.4901 \cdot 10^{-9} + \mathrm{NaN} - \infty",
    ],
)
def test_what_sympy_and_formulas_with_numbers_write_is_laid_out(tex: str):
    assert layout(tex).inks


def test_what_is_not_known_is_left_to_the_other_typesetter():
    with pytest.raises(UnknownLatexError):
        layout(r"\begin{cases} 1 \end{cases}")
    with pytest.raises(UnknownLatexError):
        layout("x_{")


def test_numerator_and_denominator_stand_above_and_below_the_bar():
    box = layout(r"\frac{\class{upstream}{a}}{\class{local}{b}}")
    above, below = (mark.rect for mark in box.marks)
    assert above.bottom() < -AXIS < below.top()
    assert above.center().x() == pytest.approx(below.center().x(), abs=0.05)


def test_a_long_sum_is_broken_before_a_sign():
    tex = " + ".join([r"\class{upstream}{0.12345} \cdot \class{local}{6.789}"] * 6) + " = 1"
    whole, broken = layout(tex), layout(tex, 12.0)
    assert whole.width > 12.0
    assert broken.width <= 12.0 + 1.0
    assert broken.up + broken.down > 2 * (whole.up + whole.down)
    assert len(broken.marks) == len(whole.marks) == 12


def test_an_index_is_smaller_and_stands_lower():
    box = layout("x_{i}^{2}")
    base, below, above = sorted(box.inks, key=lambda ink: (-ink.scale, -ink.y))
    assert base.scale > below.scale == above.scale
    assert above.y < base.y < below.y


def test_brackets_grow_with_what_stands_between_them():
    small, large = layout("(x)"), layout(r"(\frac{\frac{a}{b}}{c})")
    assert large.inks[0].stretch > 1.5
    assert small.inks[0].stretch == 1.0

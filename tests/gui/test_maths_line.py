"""Short formulas as outlines: what fits a line is set, what does not is left to others."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF

from gui.maths_line import centred, maths_line

PX = 20.0


@pytest.mark.parametrize(
    "tex",
    ["W_{23}", "f'(h_{2})", "-p_{1}p_{3}", r"\gamma_{1}(1 - \hat{h}_{1}^2/m)/\sigma", "1/4", "0"],
)
def test_one_line_is_set(tex: str):
    path = maths_line(tex, PX)
    assert path is not None
    assert not path.isEmpty()


@pytest.mark.parametrize("tex", [r"\frac{1}{2}", "a_", "{b", "a}", r"\unknown", r"\hat"])
def test_what_is_no_line_is_refused(tex: str):
    assert maths_line(tex, PX) is None


def test_indices_hang_below_and_powers_stand_above():
    plain, below, above = (maths_line(tex, PX) for tex in ("h", "h_{1}", "h^{1}"))
    assert plain is not None
    assert below is not None
    assert above is not None
    assert below.boundingRect().bottom() > plain.boundingRect().bottom()
    assert above.boundingRect().width() > plain.boundingRect().width()
    assert above.boundingRect().bottom() == plain.boundingRect().bottom()


def test_what_is_too_wide_is_set_smaller_around_its_middle():
    path = maths_line("-p_{1}p_{3}", PX)
    assert path is not None
    found = centred(path, QPointF(50, 30), 20).boundingRect()
    assert found.width() == pytest.approx(20)
    assert found.center().x() == pytest.approx(50)
    assert found.center().y() == pytest.approx(30)

"""What the picture of one parameter shows, on J = theta^2 by hand."""

from __future__ import annotations

import numpy as np
import pytest

from model.analysis.descent_slope import slope_study
from model.analysis.progress import Progress
from model.errors import DesignError


def test_slopes_promises_and_next_steps_of_a_parabola():
    found = slope_study(Progress(), "theta**2", (-4, 4), 3.0, 0.1, 2)
    # theta: 3, 3 - 0.1 * 6 = 2.4, 2.4 - 0.1 * 4.8 = 1.92
    np.testing.assert_allclose(found.path.thetas[:, 0], [3, 2.4, 1.92])
    np.testing.assert_allclose(found.slopes, [6, 4.8, 3.84])
    np.testing.assert_allclose(found.seconds, 2, rtol=1e-6)
    np.testing.assert_allclose(found.ahead, [2.4, 1.92, 1.536])
    np.testing.assert_allclose(found.ahead_losses, found.ahead**2)
    # -rho J'^2: the tangent promises 3.6 of the way down, the bend gives 9 - 5.76 = 3.24
    np.testing.assert_allclose(found.promises, [-3.6, -2.304, -1.47456])
    np.testing.assert_allclose(found.values, found.x**2)
    assert found.verdict.kind == "right"


def test_a_start_where_nothing_is_defined_has_no_steps():
    found = slope_study(Progress(), "log(theta)", (-4, 4), -1.0, 0.1, 5)
    assert found.path.steps == 0
    assert np.isnan(found.slopes).all()
    assert found.verdict.kind == "at rest"


def test_a_formula_that_cannot_be_read_is_refused():
    with pytest.raises(DesignError):
        slope_study(Progress(), "theta +* 2", (-4, 4), 1.0, 0.1, 5)

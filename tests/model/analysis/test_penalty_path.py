"""L1 and L2 on a linear model, against what can be worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from model.analysis.penalty_path import (
    LinearData,
    design_data,
    diabetes_data,
    lasso,
    penalty_path,
    ridge,
    slice_of,
    soft_threshold,
)
from model.analysis.penalty_start import few_items
from model.analysis.progress import CancelledError, Progress
from model.files.design_file import read_design
from model.files.examples import examples_folder
from model.graph import NetworkGraph

# 4 items, columns of length 2 at right angles: G = I. c = (1, -0.25, 0.05)
X = np.array([[1.0, 1.0, 1.0], [1.0, -1.0, -1.0], [-1.0, 1.0, -1.0], [-1.0, -1.0, 1.0]])
C = np.array([1.0, -0.25, 0.05])
Y = X @ C
NAMES = ("a", "b", "c")


def data_of(x: np.ndarray, y: np.ndarray, names: tuple[str, ...] = NAMES) -> LinearData:
    return LinearData("by hand", names, x, y, x, y)


def test_the_soft_threshold_is_exactly_zero_within():
    found = [soft_threshold(v, 0.5) for v in (2.0, 0.5, 0.2, -0.5, -2.0)]
    assert found == [1.5, 0.0, 0.0, 0.0, -1.5]


def test_on_orthonormal_columns_l1_cuts_half_of_lambda_off():
    # S(c, 0.1): 0.9, -0.15, 0
    np.testing.assert_allclose(lasso(X, Y, 0.2), [0.9, -0.15, 0.0], atol=1e-12)
    assert lasso(X, Y, 0.2)[2] == 0.0


def test_on_orthonormal_columns_l2_divides_by_one_plus_lambda():
    np.testing.assert_allclose(ridge(X, Y, 0.25), [0.8, -0.2, 0.04], atol=1e-12)


def test_a_path_by_hand():
    found = penalty_path(Progress(), data_of(X, Y), "L1", np.array([0.2, 1.0, 4.0]))
    # the thresholds are 0.1, 0.5 and 2
    np.testing.assert_allclose(found.betas, [[0.9, -0.15, 0], [0.5, 0, 0], [0, 0, 0]], atol=1e-12)
    assert found.zeros.tolist() == [1, 2, 3]
    # on such columns the error is the squared distance to c
    np.testing.assert_allclose(found.training, [0.0225, 0.315, 1.065], atol=1e-12)
    assert found.best == 0
    assert found.nearest(2.5) == 2


def test_of_equal_validation_losses_the_largest_lambda_is_best():
    nothing = LinearData("by hand", NAMES, X, Y, X, np.zeros(4))
    found = penalty_path(Progress(), nothing, "L1", np.array([0.2, 4.0, 8.0]))
    assert found.best == 2


def test_two_twins_share_under_l2_and_add_up_under_l1():
    x = np.array([[1.0, 1.0], [-1.0, -1.0]])
    y = np.array([1.0, -1.0])
    # L2: (1 - 2b)^2 + 2 lambda b^2 is least at b = 1 / (2 + lambda)
    np.testing.assert_allclose(ridge(x, y, 0.5), [0.4, 0.4])
    np.testing.assert_allclose(ridge(x, y, 0.0), [0.5, 0.5], atol=1e-12)
    assert lasso(x, y, 0.5).sum() == pytest.approx(0.75)  # (1 - s)^2 + 0.5 s


@pytest.mark.parametrize("kind", ["L1", "L2"])
def test_every_solution_of_the_diabetes_path_is_stationary(kind):
    data = diabetes_data()
    found = penalty_path(Progress(), data, kind, np.geomspace(1e-3, 3.0, 9))
    for penalty, beta in zip(found.lambdas, found.betas, strict=True):
        slope = 2 * data.x.T @ (data.x @ beta - data.y) / len(data.x)
        if kind == "L2":
            np.testing.assert_allclose(slope + 2 * penalty * beta, 0.0, atol=1e-9)
            continue
        is_on = beta != 0
        np.testing.assert_allclose(slope[is_on], -penalty * np.sign(beta[is_on]), atol=1e-7)
        assert (np.abs(slope[~is_on]) <= penalty + 1e-7).all()
    if kind == "L1":  # nothing is left above 2 max |c|
        assert found.zeros[-1] == 10
        assert found.zeros[0] < 3
    else:
        assert (found.zeros == 0).all()
    assert (np.diff(found.training) >= -1e-12).all()


def test_the_slice_of_two_coefficients_touches_the_diamond_at_the_solution():
    data = diabetes_data()
    beta = lasso(data.x, data.y, 0.1)
    pair = (2, 8)
    found = slice_of(data, beta, pair)
    here = beta[list(pair)]
    assert (here != 0).all()
    # along a side of the diamond the error does not change in first order
    side = np.array([np.sign(here[0]), -np.sign(here[1])])
    assert 2 * (found.hessian @ (here - found.centre)) @ side == pytest.approx(0.0, abs=1e-7)
    level = found.rise(here)
    rises = [found.rise(place) for place in found.ellipse(level)]
    np.testing.assert_allclose(rises, level, rtol=1e-9)


def test_the_slice_on_orthonormal_columns_is_centred_on_the_least_squares():
    found = slice_of(data_of(X, Y), np.array([0.3, 0.0, 0.1]), (0, 1))
    np.testing.assert_allclose(found.centre, C[:2])
    np.testing.assert_allclose(found.hessian, np.eye(2))
    assert found.rise(np.array([0.0, -0.25])) == pytest.approx(1.0)


def test_the_data_of_a_regression_design_are_taken():
    graph = NetworkGraph(read_design(examples_folder() / "diabetes_regression.json"))
    found = design_data(graph)
    assert found is not None
    assert not found.note
    assert found.names[2] == "bmi"
    np.testing.assert_allclose(found.x.mean(axis=0), 0.0, atol=1e-12)
    np.testing.assert_allclose(found.x.std(axis=0), 1.0)
    assert found.y.mean() == pytest.approx(0.0, abs=1e-12)
    assert len(found.y_validation) > 0


def test_a_design_of_classes_has_no_such_data():
    assert design_data(NetworkGraph(read_design(examples_folder() / "xor.json"))) is None
    found = diabetes_data()
    assert found.title == "Diabetes"
    assert len(found.y) + len(found.y_validation) == 442


@pytest.mark.parametrize("kind", ["L1", "L2"])
def test_with_few_items_and_many_features_the_validation_loss_falls_and_rises(kind):
    data = few_items()
    assert data.x.shape == (50, 40)
    found = penalty_path(Progress(), data, kind)
    assert 10 < found.best < len(found.lambdas) - 10
    least = found.validation[found.best]
    assert found.validation[0] > 1.5 * least
    assert found.validation[-1] > 1.5 * least
    assert found.training[0] < 0.1 * found.validation[0]
    if kind == "L1":  # the six that are there are kept, and most of the others are not
        assert (found.betas[found.best][:6] != 0).all()
        assert found.zeros[found.best] == 15


def test_where_zeros_and_signs_are_right_the_descent_is_over_at_once():
    # 40 features of few items: it would creep for thousands of rounds
    data = few_items()
    beta = lasso(data.x, data.y, 1e-4)
    slope = 2 * data.x.T @ (data.x @ beta - data.y) / len(data.x)
    is_on = beta != 0
    np.testing.assert_allclose(slope[is_on], -1e-4 * np.sign(beta[is_on]), atol=1e-12)
    assert (np.abs(slope[~is_on]) <= 1e-4 + 1e-10).all()


def test_a_path_can_be_cancelled():
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        penalty_path(progress, diabetes_data(), "L1")

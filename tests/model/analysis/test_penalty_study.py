"""Whose coefficients the laboratory of L1 and L2 shows."""

from __future__ import annotations

import pytest

from model.analysis.penalty_study import study_paths
from model.analysis.progress import Progress
from model.files import examples_folder, read_design
from model.graph import NetworkGraph
from tests.model.samples import xor_net


def test_a_design_with_a_table_lends_its_own_data():
    graph = NetworkGraph(read_design(examples_folder() / "diabetes_regression.json"))
    found = study_paths(Progress(), graph, "design", "L1")
    assert (found.source, found.has_own) == ("design", True)
    assert {kind: path.betas.shape for kind, path in found.by_kind.items()} == {
        "L1": (121, 10),
        "L2": (121, 10),
    }


@pytest.mark.parametrize(
    ("wanted", "source", "features"), [("design", "few", 40), ("diabetes", "diabetes", 10)]
)
def test_any_other_design_begins_with_a_built_in_set(wanted, source, features):
    found = study_paths(Progress(), xor_net(), wanted, "L2")
    assert (found.source, found.has_own) == (source, False)
    assert found.by_kind["L2"].betas.shape[1] == features


def test_a_network_is_studied_under_one_penalty_at_a_time():
    found = study_paths(Progress(), xor_net(), "network", "L2")
    assert set(found.by_kind) == {"L2"}
    assert found.by_kind["L2"].betas.shape == (16, 24)

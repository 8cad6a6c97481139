"""What it costs to store or to compute again, and to go forwards or in reverse."""

from __future__ import annotations

from model.analysis.rehearsal import rehearse
from model.files import examples_folder, read_design
from model.graph import NetworkGraph
from model.teaching.counting import Cost, modes, store_or_recompute
from tests.model.samples import xor_net


def test_the_chain_of_the_lecture_computes_some_values_twice_if_nothing_is_stored():
    # forwards x, y, z: 3. Again, z needs y (x and y: 2), y needs x (1), x needs w (nothing).
    step = rehearse(NetworkGraph(read_design(examples_folder() / "chain_rule.json")))
    found = store_or_recompute(step)
    assert found.store == Cost(evaluations=3, numbers=3)
    assert found.recompute == Cost(evaluations=6, numbers=2)
    assert sorted(map(len, found.again.values())) == [0, 1, 2]


def test_a_network_has_many_weights_and_one_loss_so_reverse_mode_takes_one_pass():
    # 2-6-2: 2*6 + 6 + 6*2 + 2 = 32 numbers that learn
    found = modes(rehearse(xor_net()))
    assert (found.forward_passes, found.reverse_passes, found.better) == (32, 1, "reverse")
    between = modes(rehearse(xor_net()), "data", "dense_1")
    assert (between.forward_passes, between.reverse_passes, between.better) == (2, 6, "forward")
    assert modes(rehearse(xor_net()), "dense_1", "relu_1").better == "either"

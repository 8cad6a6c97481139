"""Cards of every example can be painted at any point of a walk, with the numbers of that point."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from gui import theme
from gui.canvas import CanvasScene
from gui.canvas.walk_looks import Held
from gui.debugger.marking import absences, card_marks, wire_states
from gui.debugger.moment import Moment, Walker
from gui.document import Document
from model.files import examples_folder
from model.graph import NetworkGraph
from model.layer import Loss
from model.layers.batch_norm import BatchNorm
from model.layers.dropout import Dropout
from model.layers.source import DataSource
from model.trainer import Trainer

EXAMPLES = sorted(path.stem for path in examples_folder().glob("*.json"))


class Board:
    """A canvas without a window, held by a walk through an example."""

    def __init__(self, name: str, item: int | None = 0) -> None:
        self.document = Document()
        self.document.open(examples_folder() / f"{name}.json")
        self.trainer = Trainer(NetworkGraph(self.document.graph.design()))
        self.walker = Walker(self.trainer, item, neuron=1, shown=2)
        self.scene = CanvasScene(self.document)

    def go_to(self, position: int) -> Moment:
        walk = self.walker.walk
        while walk.position < position:
            walk.forward()
        self.walker.look_again()
        moment = self.walker.moment(1)
        held = Held(moment.snapshot, wire_states(moment), absences(moment), moment.delta_size)
        self.scene.live.hold(held)
        titles = {key: item.node.title for key, item in self.scene.nodes.items()}
        for key, mark in card_marks(moment, titles).items():
            self.scene.nodes[key].mark = mark
        return moment

    def paint(self) -> None:
        """Every card; a fault in a face comes up here."""
        picture = QImage(600, 600, QImage.Format.Format_ARGB32)
        for key, item in self.scene.nodes.items():
            painter = QPainter(picture)
            context = self.scene.context_of(key)
            item.paint_still(painter, context, 1.0, 1.0)
            item.paint_live(painter, context)
            painter.end()
            assert item.face is not None
            for x in range(0, int(item.size[0]), 40):
                for y in range(0, int(item.size[1]), 20):
                    spot = item.body_rect().topLeft()
                    spot.setX(float(x))
                    spot.setY(float(y))
                    item.face.tip_at(spot, item.body_rect(), context)


def places(count: int, forward: int) -> list[int]:
    """The start, the middle and the end of both passes, and of the step."""
    return sorted({0, 1, forward // 2, forward, (forward + count) // 2, count})


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_card_can_be_painted_wherever_a_walk_stands(qapp: QApplication, name: str):
    theme.apply(qapp, "light")
    board = Board(name)
    operations = board.walker.walk.operations
    forward = sum(info.phase == "forward" for info in operations)
    for position in places(len(operations), forward):
        board.go_to(position)
        board.paint()


@pytest.mark.parametrize("name", ["mnist_mlp", "iris", "transformer_reverse", "chain_rule"])
def test_cards_of_a_whole_batch_show_the_item_that_was_shown(qapp: QApplication, name: str):
    board = Board(name, item=None)
    moment = board.go_to(len(board.walker.walk.operations))
    board.paint()
    assert moment.item is None
    assert moment.snapshot.item == min(2, moment.batch - 1)
    for key, numbers in moment.numbers.items():
        view = moment.snapshot.nodes[key]
        if view.out is not None and numbers.out is not None:
            np.testing.assert_array_equal(view.out, numbers.out[moment.snapshot.item])


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_loss_is_about_the_item_that_the_data_card_shows(name: str):
    """The label of the data set's row is the target of the loss."""
    board = Board(name, item=0)
    moment = board.go_to(sum(i.phase == "forward" for i in board.walker.walk.operations))
    graph = board.document.graph
    compared = 0
    for key, node in graph.nodes.items():
        if not isinstance(node.layer, Loss) or not node.layer.is_classification:
            continue
        wires = [wire for wire in graph.wires_into(key, "target") if wire.source_port == "y"]
        target = moment.snapshot.nodes[key].extras.get("target")
        for wire in wires:
            source = graph.node(wire.source).layer
            truth = np.asarray(moment.snapshot.nodes[wire.source].extras["y"])
            if not isinstance(source, DataSource) or np.size(target) != 1 or truth.size != 1:
                continue
            assert np.asarray(target).item() == truth.item()
            compared += 1
    if name in ("mnist_mlp", "mnist_cnn", "iris", "digits", "spiral", "two_branches", "xor"):
        assert compared


def test_dropout_and_batch_norm_show_this_very_step():
    board = Board("mnist_mlp", item=3)
    moment = board.go_to(sum(i.phase == "forward" for i in board.walker.walk.operations))
    run = board.walker.walk.rehearsal.run
    seen = set()
    for key, node in board.document.graph.nodes.items():
        extras = moment.snapshot.nodes[key].extras
        if isinstance(node.layer, Dropout):
            np.testing.assert_array_equal(extras["mask"], run.at[key].mask[3] > 0)
            seen.add("dropout")
        if isinstance(node.layer, BatchNorm):
            np.testing.assert_array_equal(extras["before"], run.at[key].h[:, 1])
            np.testing.assert_array_equal(extras["after"], run.at[key].out[:, 1])
            seen.add("batch norm")
    assert seen == {"dropout", "batch norm"}
    board.walker.follow(neuron=5, shown=3)
    again = board.walker.moment(2).snapshot
    key = next(k for k, n in board.document.graph.nodes.items() if isinstance(n.layer, BatchNorm))
    np.testing.assert_array_equal(again.nodes[key].extras["before"], run.at[key].h[:, 5])


def test_j_on_the_loss_card_is_that_of_this_step():
    board = Board("mnist_mlp")
    count = len(board.walker.walk.operations)
    begun = board.go_to(1)
    assert np.isnan(begun.snapshot.loss)
    assert begun.snapshot.losses == {}
    whole = board.go_to(count)
    board.trainer.step()
    assert whole.snapshot.loss == pytest.approx(board.trainer.loss, rel=1e-6)
    assert whole.snapshot.penalty == pytest.approx(board.trainer.penalty, rel=1e-6)
    assert whole.snapshot.step == board.trainer.step_count == 1

"""A canvas with a document, a controller that does nothing, and hands for mouse and keyboard."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import msgspec
import pytest
from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gui import theme
from gui.canvas import CanvasScene, CanvasView
from gui.document import Document, Message
from gui.palette.mime import LAYER_MIME
from model.design import Design, Node, Wire
from model.layer import Layer
from model.layers.activations import ReLU
from model.layers.batch_norm import BatchNorm
from model.layers.dense import Dense
from model.layers.dropout import Dropout
from model.layers.losses import SoftmaxCrossEntropy
from model.layers.reshape import Flatten
from model.layers.source import DataSource
from model.snapshot import NodeView, Snapshot, SnapshotRequest

Left = Qt.MouseButton.LeftButton
None_ = Qt.KeyboardModifier.NoModifier


class FakeController(QObject):
    """The signals of the training controller; what the canvas asks for is remembered."""

    snapshot = Signal(object)
    state_changed = Signal(str)
    reset_done = Signal()
    phase_changed = Signal(str, float)
    neuron_changed = Signal(int)
    item_changed = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.request = SnapshotRequest()
        self.items: list[int] = []

    def show_neuron(self, neuron: int) -> None:
        self.neuron_changed.emit(neuron)

    def show_item(self, item: int) -> None:
        self.items.append(item)
        self.request = SnapshotRequest(item=item)
        self.item_changed.emit(item)


class Hands:
    """Real events on the canvas' viewport, in scene coordinates."""

    def __init__(self, view: CanvasView) -> None:
        self.view = view
        self.document = view.canvas.document
        self.graph = view.canvas.document.graph
        self.controller: FakeController = view.canvas.controller
        self.messages: list[Message] = []
        self.document.message.connect(self.messages.append)

    def spot(self, at: QPointF | tuple[float, float]) -> QPointF:
        point = at if isinstance(at, QPointF) else QPointF(*at)
        return QPointF(self.view.mapFromScene(point))

    def centre(self, key: str) -> QPointF:
        return QPointF(*self.view.canvas.rect_of(key).centre)

    def grip(self, key: str) -> QPointF:
        """A point of a card's header where nothing but the card is."""
        rect = self.view.canvas.rect_of(key)
        return QPointF(rect.x + 60, rect.y + 12)

    def port(self, key: str, port: str, *, is_input: bool) -> QPointF:
        item = self.view.canvas.nodes[key]
        slots = [s for s in item.slots if s.port == port and s.is_input == is_input]
        slots.sort(key=lambda slot: slot.wire is not None)
        return item.slot_point(slots[0])

    def send(
        self,
        kind: QEvent.Type,
        at: QPointF,
        button: Qt.MouseButton = Left,
        modifiers: Qt.KeyboardModifier = None_,
    ) -> None:
        held = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else button
        viewport = self.view.viewport()
        spot = self.spot(at)
        event = QMouseEvent(kind, spot, viewport.mapToGlobal(spot), button, held, modifiers)
        QApplication.sendEvent(viewport, event)

    def press(self, at: QPointF, button: Qt.MouseButton = Left, mods: Qt.KeyboardModifier = None_):
        self.send(QEvent.Type.MouseButtonPress, at, button, mods)

    def drag_to(
        self,
        at: QPointF,
        start: QPointF,
        mods: Qt.KeyboardModifier = None_,
        button: Qt.MouseButton = Left,
    ) -> None:
        for share in (0.2, 0.6, 1.0):
            self.send(QEvent.Type.MouseMove, start + (at - start) * share, button, mods)

    def drag(
        self,
        start: QPointF,
        stop: QPointF,
        mods: Qt.KeyboardModifier = None_,
        button: Qt.MouseButton = Left,
    ) -> None:
        self.press(start, button, mods)
        self.drag_to(stop, start, mods, button)
        self.send(QEvent.Type.MouseButtonRelease, stop, button, mods)
        QApplication.processEvents()

    def click(self, at: QPointF, mods: Qt.KeyboardModifier = None_) -> None:
        self.press(at, mods=mods)
        self.send(QEvent.Type.MouseButtonRelease, at, Left, mods)
        QApplication.processEvents()

    def double_click(self, at: QPointF) -> None:
        self.click(at)
        self.send(QEvent.Type.MouseButtonDblClick, at)
        self.send(QEvent.Type.MouseButtonRelease, at)

    def key(self, key: Qt.Key, mods: Qt.KeyboardModifier = None_) -> None:
        target = QApplication.focusWidget() or self.view
        QTest.keyClick(target, key, mods)
        QApplication.processEvents()

    def type(self, text: str) -> None:
        QTest.keyClicks(QApplication.focusWidget(), text)

    def drop_layer(self, tag: str, at: QPointF) -> bool:
        """Drag a layer from the palette and let it go; True where it was taken."""
        viewport = self.view.viewport()
        mime = QMimeData()
        mime.setData(LAYER_MIME, tag.encode())
        spot, copy = self.spot(at), Qt.DropAction.CopyAction
        args = (copy, mime, Left, None_)
        enter = QDragEnterEvent(spot.toPoint(), *args)
        QApplication.sendEvent(viewport, enter)
        move = QDragMoveEvent(spot.toPoint(), *args)
        QApplication.sendEvent(viewport, move)
        drop = QDropEvent(spot, *args)
        QApplication.sendEvent(viewport, drop)
        QApplication.processEvents()
        return drop.isAccepted()

    def bytes(self) -> bytes:
        return msgspec.json.encode(self.graph.design())


def chain(*layers: tuple[str, Layer], left: float = 0.0) -> Design:
    """Cards one below another, each wired to the next."""
    nodes = {
        key: Node(layer=layer, x=left, y=210.0 * row) for row, (key, layer) in enumerate(layers)
    }
    keys = [key for key, _ in layers]
    wires = []
    for above, below in itertools.pairwise(keys):
        start = nodes[above].layer.outputs[0].name
        wires.append(Wire(above, start, below, nodes[below].layer.inputs[0].name))
    return Design(nodes=nodes, wires=tuple(wires))


def mnist() -> Design:
    """The network of the mock-up."""
    design = chain(
        ("data_1", DataSource(dataset="mnist")),
        ("flatten_1", Flatten()),
        ("dense_1", Dense(units=128)),
        ("batch_norm_1", BatchNorm()),
        ("relu_1", ReLU()),
        ("dropout_1", Dropout()),
        ("dense_2", Dense(units=10)),
        ("loss_1", SoftmaxCrossEntropy()),
    )
    wires = (*design.wires, Wire("data_1", "y", "loss_1", "target"))
    return msgspec.structs.replace(design, wires=wires)


def snapshot(nodes: dict[str, NodeView], wires: dict[Wire, float] | None = None) -> Snapshot:
    """A step of a training with these cards and these RMS of delta on wires."""
    return Snapshot(
        step=1, epoch=0, batch_index=1, n_batches=4, item=0, batch=32, loss=1.0, data_loss=1.0,
        penalty=0.0, losses={}, nodes=nodes, wires=wires or {}, phase_seconds=(0.1, 0.1, 0.1),
        steps_per_second=10.0, curves={}, split_sizes=(100, 20, 20), scaling={}, seed=0,
    )  # fmt: skip


@pytest.fixture
def hands(qtbot, qapp: QApplication) -> Iterator[Hands]:
    """An empty canvas in a window, with the keyboard on it."""
    theme.apply(qapp, "light")
    theme.set_reduced_motion(True)
    document = Document()
    controller = FakeController()
    scene = CanvasScene(document, controller)
    view = CanvasView(scene)
    qtbot.addWidget(view)
    view.resize(1200, 900)
    view.show()
    qtbot.waitExposed(view)
    view.activateWindow()
    view.setFocus()
    QApplication.processEvents()
    yield Hands(view)
    theme.set_reduced_motion(False)


def shown(hands: Hands, design: Design) -> None:
    """Open a design and look at it from its top left corner at 100 %."""
    hands.document.load(design, None)
    hands.view.set_zoom(1.0)
    rect = hands.view.canvas.content_rect()
    hands.view.pan_by(hands.view.mapFromScene(rect.topLeft()) - QPoint(40, 40))
    hands.view.setFocus()
    QApplication.processEvents()

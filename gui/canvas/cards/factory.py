"""Which face a node wears."""

from __future__ import annotations

from gui.canvas.cards.batch_norm import BatchNormFace
from gui.canvas.cards.data_set import DataSetFace
from gui.canvas.cards.dropout import DropoutFace
from gui.canvas.cards.face import Face
from gui.canvas.cards.loss import LossFace
from gui.canvas.cards.pictures import PictureFace
from gui.canvas.cards.strip_face import StripFace
from gui.canvas.cards.strips import Sign
from model.graph import Node
from model.layer import Layer, Loss
from model.layers.batch_norm import BatchNorm
from model.layers.dense import Dense
from model.layers.dropout import Dropout
from model.layers.source import DataSource
from model.shapes import Inference


def face_for(node: Node, inference: Inference, node_id: str, classes: tuple[str, ...] = ()) -> Face:
    """The face of a node; a card with nothing to show, or of unknown shape, is compact.

    classes: names of what a loss tells apart, () where they are not known.

    A face keeps what it has drawn, so keep it, and ask for a new one after each inference that
    changes the node or its shapes.
    """
    layer = node.layer
    spec = inference.out(node_id)
    if spec is None or layer.is_view:
        return Face()
    if isinstance(layer, DataSource):
        return DataSetFace(layer, spec.shape)
    if isinstance(layer, Loss):
        entering = inference.inputs.get(node_id, ())
        return LossFace(layer, max(entering[0].size, 1), classes) if entering else Face()
    if isinstance(layer, Dropout):
        return DropoutFace(max(spec.size, 1), layer)
    if isinstance(layer, BatchNorm):
        return BatchNormFace(max(spec.size, 1))
    if len(spec.shape) == 2:
        return PictureFace(*spec.shape)
    return StripFace(max(spec.size, 1), _sign_of(layer))


def _sign_of(layer: Layer) -> Sign:
    if not layer.is_signed:
        return "positive"
    is_certain = isinstance(layer, Dense) or layer.category != "merge"
    return "signed" if is_certain else "inherited"

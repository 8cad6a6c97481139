"""Which face a node wears."""

from __future__ import annotations

from gui.canvas.cards.attention_face import AttentionFace
from gui.canvas.cards.batch_norm import BatchNormFace, BatchNormMapsFace, BatchNormTimeFace
from gui.canvas.cards.block_grid import Kind
from gui.canvas.cards.data_set import DataSetFace
from gui.canvas.cards.dropout import DropoutFace
from gui.canvas.cards.face import Face
from gui.canvas.cards.formula_over import FormulaOver
from gui.canvas.cards.hints import KEEP_SIGN, NO_HINTS, Hints
from gui.canvas.cards.loss import LossFace
from gui.canvas.cards.maps import MapsFace
from gui.canvas.cards.noise_face import NoiseFace
from gui.canvas.cards.number_table import TableFace, fits
from gui.canvas.cards.pictures import PictureFace
from gui.canvas.cards.recurrent_face import LastStateFace
from gui.canvas.cards.scalar_face import ScalarFace, SmallScalarFace
from gui.canvas.cards.scalar_text import text_of
from gui.canvas.cards.signs import Sign
from gui.canvas.cards.strip_face import StripFace
from gui.canvas.cards.time_face import TimeFace
from model.design import Node
from model.errors import DesignError
from model.layer import Layer, Loss, Spec, tag_of
from model.layers.attention import Attention, CrossAttention
from model.layers.batch_norm import BatchNorm
from model.layers.dropout import Dropout
from model.layers.noise import GaussianDropout, GaussianNoise
from model.layers.recurrent import Recurrent
from model.layers.sampling import Sampling
from model.layers.scalar import Function, Goal, Variable
from model.layers.source import DataSource
from model.shapes import Inference


def face_for(node: Node, inference: Inference, node_id: str, hints: Hints = NO_HINTS) -> Face:
    """The face of a node; a card with nothing to show, or of unknown shape, is compact.

    hints: what the nodes around it say, such as the names of classes.

    A face keeps what it has drawn, so keep it, and ask for a new one after each inference that
    changes the node or its shapes.
    """
    layer = node.layer
    spec = inference.out(node_id)
    entering = inference.inputs.get(node_id, ())
    if isinstance(layer, (Variable, Function)):
        return _of_graph(node, spec, hints)
    if isinstance(layer, Goal):
        return LossFace(layer, Spec(()))
    if spec is None or layer.is_view:
        return Face()
    if isinstance(layer, DataSource):
        return DataSetFace(layer, spec.shape)
    if isinstance(layer, Loss):
        return LossFace(layer, entering[0], hints) if entering else Face()
    if isinstance(layer, Attention) and len(entering) > 0 and len(spec.shape) == 2:
        seen = entering[1] if isinstance(layer, CrossAttention) else entering[0]
        return AttentionFace(layer.heads, spec.shape[0], seen.shape[0], spec.shape[1], hints)
    if isinstance(layer, Recurrent) and len(spec.shape) == 1 and entering:
        return LastStateFace(entering[0].shape[0], layer.units, spec.shape[0], hints)
    return _inner(layer, spec, hints)


def _of_graph(node: Node, spec: Spec | None, hints: Hints) -> Face:
    """A number is large, a small table is written out, what is larger is drawn. A card that is not
    wired yet looks as it will."""
    text = text_of(node)
    if spec is None:
        spec = _alone(node.layer)
    if spec.size == 1:
        return SmallScalarFace(text) if node.is_compact else ScalarFace(text)
    if fits(spec.shape):
        return TableFace(text, spec.shape)
    return FormulaOver(text, _inner(node.layer, spec, hints))


def _alone(layer: Layer) -> Spec:
    """What a variable gives without any wire; of a formula a number is expected."""
    try:
        return layer.out_spec() if isinstance(layer, Variable) else Spec(())
    except DesignError:
        return Spec(())


def _inner(layer: Layer, spec: Spec, hints: Hints) -> Face:
    """By the axes of the output."""
    extra = _EXTRAS.get(type(layer), "")
    sign = _sign_of(layer, hints)
    kind: Kind = "plain" if sign == "positive" else sign
    if isinstance(layer, BatchNorm):
        return _of_batch_norm(spec, hints)
    if len(spec.shape) == 3:
        mask = "mask" if isinstance(layer, Dropout) else ""
        return MapsFace(spec.shape, kind, extra or mask)
    is_line = len(spec.shape) == 2 and (layer.category == "conv" or hints.is_sequence)
    if isinstance(layer, Dropout) and not is_line:
        return DropoutFace(max(spec.size, 1), layer, sign)
    if is_line:
        is_first = not hints.is_sequence or layer.category == "conv"
        first, second = spec.shape
        steps, neurons = (second, first) if is_first else (first, second)
        mask = "mask" if isinstance(layer, Dropout) else ""
        return TimeFace(steps, neurons, kind, hints, is_channel_first=is_first, extra=extra or mask)
    if len(spec.shape) == 2:
        return PictureFace(*spec.shape, extra)
    if extra:
        return NoiseFace(max(spec.size, 1), sign, extra)
    return StripFace(max(spec.size, 1), sign)


def _of_batch_norm(spec: Spec, hints: Hints) -> Face:
    """Its features are neurons of a vector, or channels."""
    if len(spec.shape) == 3:
        return BatchNormMapsFace(spec.shape)
    if len(spec.shape) == 2:
        channels, steps = spec.shape
        return BatchNormTimeFace(steps, channels, hints)
    return BatchNormFace(max(spec.size, 1))


_EXTRAS: dict[type[Layer], str] = {
    GaussianNoise: "noise",
    GaussianDropout: "factor",
    Sampling: "noise",
}


def _sign_of(layer: Layer, hints: Hints) -> Sign:
    if not layer.is_signed:
        return "positive"
    return hints.sign if tag_of(layer) in KEEP_SIGN else "signed"

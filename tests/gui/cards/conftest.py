"""Cards of every kind, with made-up snapshots of the shapes that an engine gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from gui import theme
from gui.canvas.cards import Face, FaceContext, face_for
from gui.canvas.cards.hints import NO_HINTS, Hints
from model.data import load
from model.design import Node
from model.layer import Spec
from model.layers import LAYERS
from model.shapes import Inference
from model.snapshot import NodeView, Snapshot


def snapshot(step: int = 234, penalty: float = 0.0) -> Snapshot:
    return Snapshot(
        step=step,
        epoch=3,
        batch_index=3,
        n_batches=80,
        item=6,
        batch=50,
        loss=0.577 + penalty,
        data_loss=0.577,
        penalty=penalty,
        losses={},
        nodes={},
        wires={},
        phase_seconds=(0.0, 0.0, 0.0),
        steps_per_second=1000.0,
        curves={},
        split_sizes=(4000, 500, 500),
        scaling={},
        seed=42,
    )


@dataclass(frozen=True)
class Card:
    """A face with the moment it shows."""

    face: Face
    view: NodeView
    penalty: float = 0.0

    def context(self, look: theme.Theme = theme.light, **changes: Any) -> FaceContext:
        told = {
            "theme": look,
            "view": self.view,
            "snapshot": snapshot(penalty=self.penalty),
            "item": 6,
            "neuron": 0,
            "delta_scale": 0.008,
            "layer_index": 5,
        }
        return FaceContext(**(told | changes))

    def rect(self, look: theme.Theme = theme.light) -> QRectF:
        return QRectF(0, 0, self.face.size(look).width(), self.face.size(look).height())

    def image(self, look: theme.Theme = theme.light, **changes: Any) -> QImage:
        rect = self.rect(look)
        picture = QImage(
            max(int(rect.width()), 1), max(int(rect.height()), 1), QImage.Format.Format_RGB32
        )
        picture.fill(look.color("surface"))
        painter = QPainter(picture)
        self.face.paint(painter, rect, self.context(look, **changes))
        has_text_pen = painter.pen().style() != Qt.PenStyle.NoPen
        painter.end()
        assert has_text_pen, "paint leaves the painter's state as it was"
        return picture


def card(
    tag: str,
    out: tuple[int, ...],
    view: NodeView,
    *inputs: Spec,
    penalty: float = 0.0,
    hints: Hints = NO_HINTS,
    **fields: Any,
) -> Card:
    node = Node(layer=LAYERS[tag](**fields))
    found = Inference(first_outputs={"n": Spec(out)}, inputs={"n": inputs or (Spec(out),)})
    return Card(face_for(node, found, "n", hints), view, penalty)


def vector(count: int, **extras: Any) -> NodeView:
    rng = np.random.default_rng(count)
    h = rng.normal(size=count).astype(np.float32)
    delta = (rng.normal(size=count) * 0.004).astype(np.float32)
    return NodeView(out=h, delta=delta, delta_rms=0.004, extras=extras)


def data_card(key: str, **fields: Any) -> Card:
    found = load(key)
    x = np.asarray(found.x[7])
    view = NodeView(out=x, extras={"x": x, "y": found.y[7], "index": 1234})
    return card("data", x.shape, view, dataset=key, **fields)


def dropout_card(count: int) -> Card:
    mask = np.random.default_rng(count).random(count) > 0.5
    return card("dropout", (count,), vector(count, mask=mask, kept=0.5))


def batch_norm_card(count: int) -> Card:
    before = np.random.default_rng(3).normal(-0.65, 1.04, size=50).astype(np.float32)
    told = {"before": before, "after": (before + 0.65) / 1.04, "mean": -0.65, "std": 1.04}
    return card("batch_norm", (count,), vector(count, neuron=min(26, count - 1), **told))


def channel_norm_card(*shape: int) -> Card:
    rng = np.random.default_rng(7)
    before = rng.normal(2.0, 3.0, size=400).astype(np.float32)
    told = {"before": before, "after": (before - 2) / 3, "mean": 2.0, "std": 3.0, "neuron": 1}
    return card("batch_norm", shape, drawn(*shape, **told))


def loss_card(tag: str, count: int, target: Any, penalty: float = 0.0, **fields: Any) -> Card:
    share = np.linspace(1, 2, count, dtype=np.float32)
    told = {"loss": 0.5771, "probability": share / share.sum(), "prediction": share}
    view = NodeView(extras=told | {"target": target})
    return card(tag, (), view, Spec((count,)), Spec((), count), penalty=penalty, **fields)


STEPS = Hints(tokens=tuple("abcd"), source="data", is_sequence=True)


def drawn(*shape: int, **extras: Any) -> NodeView:
    """Random h and delta of a shape."""
    rng = np.random.default_rng(shape)
    delta = (rng.normal(size=shape) * 0.004).astype(np.float32)
    return NodeView(out=rng.normal(size=shape), delta=delta, delta_rms=0.004, extras=extras)


def attention_card(heads: int, steps: int) -> Card:
    weights = np.full((heads, steps, steps), 1 / steps, np.float32)
    view = drawn(steps, 8, attention=weights, tokens=np.arange(steps) % 4)
    return card("self_attention", (steps, 8), view, Spec((steps, 8)), heads=heads, hints=STEPS)


def last_state_card(tag: str) -> Card:
    rng = np.random.default_rng(4)
    told = {"states": rng.normal(size=(12, 5)), "delta_by_step": 0.5 ** np.arange(12)[::-1]}
    view = drawn(5, tokens=np.arange(12) % 4, **told)
    entering = Spec((12, 3))
    return card(tag, (5,), view, entering, units=5, returns="last state", hints=STEPS)


def token_loss_card(steps: int) -> Card:
    share = np.zeros((steps, 4), np.float32)
    share[:, 0] = 1.0
    told = {"loss": 1.2, "probability": share, "target": np.arange(steps) % 4 - 1}
    view = NodeView(extras=told | {"token_accuracy": 0.25})
    inputs = (Spec((steps, 4)), Spec((steps,), 4))
    return card("sequence_cross_entropy", (), view, *inputs, hints=STEPS)


def picture_loss_card() -> Card:
    target = np.eye(8, dtype=np.float32)
    told = {"loss": 0.2, "probability": target * 0.5 + 0.25, "target": target}
    inputs = (Spec((8, 8)), Spec((8, 8)))
    return card("binary_cross_entropy", (), NodeView(extras=told), *inputs)


def spread_card() -> Card:
    told = {"loss": 0.5, "prediction": np.float32([0.5, -9]), "log_variance": np.float32([0, -2])}
    return card("kl_divergence", (), NodeView(extras=told), Spec((2,)), Spec((2,)))


MAKERS: dict[str, Callable[[], Card]] = {
    "maps 6": lambda: card("conv_2d", (6, 8, 8), drawn(6, 8, 8)),
    "maps 32": lambda: card("relu", (32, 4, 6), drawn(32, 4, 6)),
    "maps 1": lambda: card("relu", (1, 28, 28), drawn(1, 28, 28)),
    "line": lambda: card("conv_1d", (6, 20), drawn(6, 20)),
    "noise on maps": lambda: card("gaussian_noise", (3, 4, 4), drawn(3, 4, 4, noise=np.ones(48))),
    "spatial": lambda: card(
        "spatial_dropout", (3, 4, 4), drawn(3, 4, 4, mask=np.ones((3, 4, 4), bool), kept=1.0)
    ),
    "noise 30": lambda: card("gaussian_noise", (30,), vector(30, noise=np.linspace(-1, 1, 30))),
    "factor 600": lambda: card("gaussian_dropout", (600,), vector(600, factor=np.ones(600))),
    "steps": lambda: card("gru", (12, 5), drawn(12, 5, delta_by_step=np.ones(12)), hints=STEPS),
    "long": lambda: card("dense", (400, 300), drawn(400, 300), each_step=True, hints=STEPS),
    **{f"last {tag}": lambda tag=tag: last_state_card(tag) for tag in ("simple_rnn", "lstm")},
    **{f"attention {n}": lambda n=n: attention_card(n, 10) for n in (1, 2, 4)},
    **{f"tokens {n}": lambda n=n: token_loss_card(n) for n in (10, 40, 100)},
    "made": picture_loss_card,
    "spread": spread_card,
    **{
        key: lambda key=key: data_card(key)
        for key in ("reverse", "addition", "long_memory", "time_series", "text")
    },
    "own target": lambda: data_card("digits", target="inputs"),
    **{f"dense {n}": lambda n=n: card("dense", (n,), vector(n)) for n in (1, 4, 10, 128, 784)},
    "relu": lambda: card("relu", (30,), vector(30)),
    "picture": lambda: card(
        "relu", (8, 8), NodeView(out=np.eye(8), delta=np.eye(8) * 0.004, delta_rms=0.1)
    ),
    **{f"dropout {n}": lambda n=n: dropout_card(n) for n in (3, 30, 128, 1000)},
    **{f"batch norm {n}": lambda n=n: batch_norm_card(n) for n in (8, 128)},
    "batch norm of maps": lambda: channel_norm_card(6, 7, 7),
    "batch norm of lines": lambda: channel_norm_card(6, 20),
    "noise 3": lambda: card("gaussian_noise", (3,), vector(3, noise=np.float32([1, -0.5, 0.2]))),
    "noise on a picture": lambda: card(
        "gaussian_noise", (8, 8), drawn(8, 8, noise=np.eye(8) - 0.5)
    ),
    "softmax": lambda: loss_card("softmax_cross_entropy", 10, 4, 0.0123),
    "softmax 3": lambda: loss_card("softmax_cross_entropy", 3, 1, weight=0.5),
    "softmax 100": lambda: loss_card("softmax_cross_entropy", 100, 4),
    "yes or no": lambda: loss_card("binary_cross_entropy", 1, np.float32([1.0])),
    "regression": lambda: loss_card("mse", 1, np.float32([0.5])),
    "regression 4": lambda: loss_card("mse", 4, np.float32([1, -2, 0, 1]), reduction="sum"),
    "hinge": lambda: loss_card("hinge", 1, 0),
    "hinge 3": lambda: loss_card("hinge", 3, 2),
    **{
        key: lambda key=key: data_card(key)
        for key in ("digits", "iris", "breast_cancer", "diabetes", "xor", "plane", "curve")
    },
}


def graph_card(tag: str, shape: tuple[int, ...], name: str = "", **fields: Any) -> Card:
    """A node of a computation graph, with the numbers of a step."""
    node = Node(layer=LAYERS[tag](**fields), name=name)
    found = Inference(first_outputs={"n": Spec(shape)}, inputs={"n": ()})
    rng = np.random.default_rng(5)
    h, delta = rng.normal(size=shape), rng.normal(size=shape) * 0.01
    extras = {"theta": h - 0.05 * delta} if tag == "variable" else {"inputs": {"x": np.array(5.0)}}
    return Card(face_for(node, found, "n"), NodeView(out=h, delta=delta, extras=extras))


MAKERS |= {
    "number": lambda: graph_card("variable", (), "w", value="1"),
    "constant": lambda: graph_card("variable", (), "c", value="1", is_trainable=False),
    "random": lambda: graph_card("variable", (), is_random=True),
    "formula": lambda: graph_card("function", (), "x", formula="2*w + 3"),
    "plain formula": lambda: graph_card("function", (1,), formula="log(x)"),
    "small vector": lambda: graph_card("variable", (3,), "v", value="1, 2, 3"),
    "small matrix": lambda: graph_card("function", (4, 4), "W", formula="a @ b"),
    "long vector": lambda: graph_card("function", (30,), formula="a + b"),
    "large matrix": lambda: graph_card(
        "variable", (6, 9), value="; ".join(["1,2,3,4,5,6,7,8,9"] * 6)
    ),
    "goal": lambda: card("goal", (), NodeView(extras={"loss": 4.18}), Spec(())),
}


@pytest.fixture(params=list(MAKERS))
def any_card(request: pytest.FixtureRequest, qapp: Any) -> Card:
    theme.load_fonts()
    return MAKERS[request.param]()


@pytest.fixture
def make(qapp: Any) -> Callable[[str], Card]:
    theme.load_fonts()
    return lambda name: MAKERS[name]()


@pytest.fixture(params=list(theme.THEMES))
def look(request: pytest.FixtureRequest) -> theme.Theme:
    return theme.THEMES[request.param]

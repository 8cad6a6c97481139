"""What holds for every face, in every theme, with a snapshot and without."""

from __future__ import annotations

from math import ceil

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter

from gui import theme
from gui.canvas.cards import Face, FaceContext, face_for, paint
from model.design import Node
from model.files import read_design
from model.files.examples import examples_folder
from model.graph import NetworkGraph
from model.layers import LAYERS
from model.observing import take_snapshot
from model.shapes import Inference, infer
from model.snapshot import SnapshotRequest
from model.trainer import Trainer

GRAPH = ("variable", "function", "goal")


def n_colours(picture: QImage) -> int:
    pixels = np.frombuffer(picture.constBits(), np.uint32)
    return len(np.unique(pixels))


def test_a_card_with_numbers_is_not_blank(any_card, look):
    assert n_colours(any_card.image(look)) > 3


def test_a_card_before_training_is_not_blank_and_tells_so(any_card, look):
    picture = any_card.image(look, view=None, snapshot=None)
    assert n_colours(picture) > 1


def test_the_numbers_change_the_picture(any_card, look):
    assert any_card.image(look) != any_card.image(look, view=None, snapshot=None)


def test_no_text_is_cut_off(any_card, look, monkeypatch):
    class Watch:
        def __init__(self, found):
            self.found = found

        def horizontalAdvance(self, text):
            return self.found.horizontalAdvance(text)

        def elidedText(self, text, *_):
            pytest.fail(f"'{text}' does not fit")

    real = paint.metrics
    monkeypatch.setattr(paint, "metrics", lambda *key: Watch(real(*key)))
    any_card.image(look)
    any_card.image(look, view=None, snapshot=None)


def test_nothing_is_painted_outside_the_body(any_card, look):
    rect = any_card.rect(look)
    margin = 12
    picture = QImage(
        ceil(rect.width()) + 2 * margin,
        ceil(rect.height()) + 2 * margin,
        QImage.Format.Format_RGB32,
    )
    picture.fill(look.color("surface"))
    painter = QPainter(picture)
    any_card.face.paint(painter, rect.translated(margin, margin), any_card.context(look))
    painter.end()
    height, width = picture.height(), picture.width()
    pixels = np.frombuffer(picture.constBits(), np.uint32).reshape(height, width)
    is_touched = pixels != pixels[0, 0]
    is_touched[margin : height - margin, margin : width - margin] = False
    assert not is_touched.any()


def test_every_tip_under_the_pointer_is_text(any_card):
    rect, context = any_card.rect(), any_card.context()
    tips = [
        any_card.face.tip_at(QPointF(x, y), rect, context)
        for x in np.linspace(1, rect.width() - 1, 25)
        for y in np.linspace(1, rect.height() - 1, 25)
    ]
    assert any(tips)


def test_pointing_before_training_says_what_to_do(any_card):
    rect, context = any_card.rect(), any_card.context(view=None, snapshot=None)
    tips = {
        any_card.face.tip_at(QPointF(x, y), rect, context)
        for x in np.linspace(1, rect.width() - 1, 15)
        for y in np.linspace(1, rect.height() - 1, 15)
    }
    assert any("press Run or Step" in tip.replace("Press", "press") for tip in tips)


def test_numbers_that_are_no_numbers_are_painted_too(make):
    for name in ("dense 4", "dense 128", "dense 784", "picture"):
        found = make(name)
        for bad in (np.nan, np.inf, -np.inf):
            out, delta = np.array(found.view.out), np.array(found.view.delta)
            out[0] = delta[0] = bad
            view = type(found.view)(out=out, delta=delta, delta_rms=0.1)
            found.image(view=view)
            found.image(view=view, delta_scale=0.0)


def test_a_snapshot_from_before_an_edit_is_not_shown(make):
    found = make("dense 128")
    old = make("dense 4").view
    assert found.image(view=old) == found.image(view=None)


@pytest.mark.parametrize("tag", [tag for tag in LAYERS if tag not in GRAPH])
def test_a_card_without_known_shape_is_compact(tag):
    face = face_for(Node(layer=LAYERS[tag]()), Inference(), "n")
    assert type(face) is Face
    assert face.size(theme.light).height() == 0


@pytest.mark.parametrize(
    "name", ["xor", "curve_regression", "two_branches", "breast_cancer_dropout"]
)
def test_what_a_real_training_gives_is_painted(name, look, qapp):
    graph = NetworkGraph(read_design(examples_folder() / f"{name}.json"))
    trainer = Trainer(graph)
    found = infer(graph)
    faces = {key: face_for(node, found, key) for key, node in graph.nodes.items()}
    for has_stepped in (False, True):
        if has_stepped:
            trainer.step()
        seen = take_snapshot(trainer, SnapshotRequest(item=2, neuron=1))
        for key, face in faces.items():
            size = face.size(look)
            rect = QRectF(0, 0, size.width(), size.height())
            picture = QImage(int(size.width()), int(size.height()) + 1, QImage.Format.Format_RGB32)
            picture.fill(look.color("surface"))
            painter = QPainter(picture)
            context = FaceContext(
                theme=look, view=seen.nodes.get(key), snapshot=seen, item=2, delta_scale=0.01
            )
            face.paint(painter, rect, context)
            painter.end()
            assert size.height() == 0 or n_colours(picture) > 3

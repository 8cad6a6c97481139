"""Every operation of every layer can be shown, in every theme, with its terms to be pointed at."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui import theme
from gui.debugger.moment import Moment
from gui.debugger.session import DebugSession
from gui.debugger.views import OperationViews
from gui.document import Document
from gui.settings import Settings
from gui.training.controller import TrainingController
from model.layer import Layer
from model.snapshot import Snapshot
from model.teaching.walkthrough import Walkthrough
from tests.model.teaching.walks import every_computing, walk_of


@pytest.fixture
def views(qtbot: QtBot, tmp_path) -> Iterator[OperationViews]:
    document = Document()
    controller = TrainingController(document)
    session = DebugSession(document, controller)
    found = OperationViews(session, Settings(tmp_path / "settings.ini"))
    qtbot.addWidget(found)
    found.resize(440, 700)
    found.show()
    yield found
    controller.shutdown()


def moment_of(walk: Walkthrough, snapshot: Snapshot | None = None) -> Moment:
    return Moment(
        operations=walk.operations,
        position=walk.position,
        phase=walk.phase,
        item=walk.item,
        batch=walk.rehearsal.batch,
        step=1,
        loss=walk.loss,
        numbers={},
        snapshot=snapshot,  # type: ignore[arg-type]
        view=walk.describe(),
        is_described=True,
    )


@every_computing
def test_every_operation_of_every_layer_is_shown(kind: type[Layer], views: OperationViews):
    walk = walk_of(kind, seed=5, consumers=2)
    looks = list(theme.THEMES.values())
    while walk.forward() is not None:
        moment = moment_of(walk)
        views.show_moment(moment)
        QApplication.processEvents()
        assert moment.view is not None
        look = looks[walk.position % len(looks)]
        for view in views.views:
            view.hits = []
            height = view.arrange(430.0, look)
            assert 0 <= height < 20_000
            assert not view.picture(1.0).isNull()
        if moment.view.info.kind in ("backward", "gradient") and moment.view.upstream is not None:
            terms = {term for view in views.views for hit in view.hits for term in hit.terms}
            assert "upstream" in terms

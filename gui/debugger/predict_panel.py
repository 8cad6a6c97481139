"""Predict first: the question before the next operation, and the marks so far."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QSaveFile, Qt, Slot
from PySide6.QtWidgets import QFileDialog, QFrame, QScrollArea, QVBoxLayout, QWidget

from gui.debugger.predicting import SCOPES, Predictor
from gui.debugger.session import DebugSession
from gui.inspector.pieces import caption
from gui.plots.header import PlotHeader
from gui.teaching.quiz_box import QuizBox
from model.errors import FileError
from model.teaching.predicting import Form, Quiz

FORMS: dict[str, Form] = {
    "Markdown (*.md)": "markdown",
    "Table (*.csv)": "csv",
    "JSON (*.json)": "json",
}
_ASIDE = "F10 asks before each operation. Type what it will give, then see whether it does."


class PredictPanel(QWidget):
    """Switch, what is asked for, the question, marks, and a summary to save."""

    def __init__(self, session: DebugSession, predictor: Predictor) -> None:
        super().__init__()
        self.setObjectName("predict_panel")
        self.setProperty("kind", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._session, self._predictor = session, predictor
        self.header = PlotHeader("")
        self.scope = self.header.add_chooser("What is asked for", "predict_scope")
        for key, words in SCOPES.items():
            self.scope.addItem(words, key)
        self.scope.setVisible(True)
        self.switch = self.header.add_pill(
            "on", "Ask before an operation is done what it will give", "predict_switch"
        )
        self.save = self.header.add_button(
            "content-save-outline", "Save questions, answers and marks", "predict_save"
        )
        self.box = QuizBox()
        self.aside = caption(_ASIDE)
        self._arrange()
        self.switch.toggled.connect(self._on_switched)
        self.scope.currentIndexChanged.connect(self._on_scope)
        self.save.clicked.connect(self._on_save)
        self.box.passed.connect(predictor.pass_on)
        self.box.answered.connect(self._show_marks)
        predictor.asked.connect(self._on_asked)
        predictor.rested.connect(self._on_rested)
        predictor.changed.connect(self._show_marks)
        self._on_rested()
        self._show_marks()

    def _arrange(self) -> None:
        page = QWidget()
        page.setProperty("kind", "panel")
        inner = QVBoxLayout(page)
        inner.setContentsMargins(14, 6, 14, 8)
        inner.addWidget(self.aside)
        inner.addWidget(self.box)
        inner.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(page)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.header)
        rows.addWidget(area, 1)

    @Slot(bool)
    def _on_switched(self, is_on: bool) -> None:
        self._predictor.switch(is_on, self.scope.currentData())
        if is_on and self._session.moment is not None and self._session.moment.position:
            self._session.restart()

    @Slot()
    def _on_scope(self, _index: int = 0) -> None:
        if self._predictor.is_on:
            self._on_switched(True)

    @Slot(object, int)
    def _on_asked(self, quiz: Quiz, place: int) -> None:
        self.aside.hide()
        self.box.show()
        self.box.ask(quiz, place)

    @Slot()
    def _on_rested(self) -> None:
        self.box.hide()
        self.aside.show()

    @Slot()
    def _show_marks(self, _verdict: object = None) -> None:
        quiz = self._predictor.quiz
        self.switch.setChecked(self._predictor.is_on)
        self.save.setEnabled(quiz is not None)
        if quiz is None:
            self.save.setToolTip("There is nothing to save yet: switch it on")
            self.header.set_caption("")
            return
        self.save.setToolTip("Save questions, answers and marks")
        reached, total = quiz.marks
        self.header.set_caption(f"{reached:.3g} of {total} right")

    @Slot()
    def _on_save(self) -> None:
        quiz = self._predictor.quiz
        if quiz is not None:
            save_summary(self, quiz, self._session.document)


def save_summary(parent: QWidget, quiz: Quiz, document: Any) -> None:
    """Ask for a file and write the marks into it; a fault is told."""
    name, form = QFileDialog.getSaveFileName(
        parent, "Save the marks", "predictions.md", ";;".join(FORMS)
    )
    if not name:
        return
    path = Path(name)
    by_ending: dict[str, Form] = {".md": "markdown", ".csv": "csv", ".json": "json"}
    kind = by_ending.get(path.suffix.lower()) or FORMS.get(form, "markdown")
    if not path.suffix:
        path = path.with_suffix({"markdown": ".md", "csv": ".csv", "json": ".json"}[kind])
    try:
        write_text(path, quiz.summary(kind))
    except FileError as fault:
        document.report(fault)


def write_text(path: Path, text: str) -> None:
    """The file is there as a whole or not at all. Raises: FileError."""
    content = text.encode()
    file = QSaveFile(str(path))
    is_written = (
        file.open(QSaveFile.OpenModeFlag.WriteOnly)
        and file.write(content) == len(content)
        and file.commit()
    )
    if not is_written:
        raise FileError(
            f"{path.name} could not be written: {file.errorString()}.",
            hint="Choose another folder, or make room on the disk.",
        )

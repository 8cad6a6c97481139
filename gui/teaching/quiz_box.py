"""One question at a time: prompt, a line to type in, verdict, hints in three rungs."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gui import theme
from gui.formulas import FormulaLabel
from gui.inspector.pieces import clear
from gui.theme import Theme
from model.teaching.predicting import RUNGS, Question, Quiz, Verdict

_FORMULA = re.compile(r"\$([^$]+)\$")


class QuizBox(QFrame):
    """Shows question `place` of a quiz; `answered(verdict)` after each try, `passed` when the
    student goes on, with a right answer or without one."""

    answered = Signal(object)
    passed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("quiz_box")
        self._quiz: Quiz | None = None
        self._place = 0
        self._rung = 0
        self._prompt = QLabel()
        self._prompt.setWordWrap(True)
        self._prompt.setTextFormat(Qt.TextFormat.PlainText)
        self._prompt.setObjectName("quiz_prompt")
        self._symbol = FormulaLabel()
        self.line = QLineEdit()
        self.line.setObjectName("quiz_answer")
        self.line.setAccessibleName("Your answer")
        self.line.setPlaceholderText("1.5, 1/3, 1; 2; 3 or B × 10")
        self.check_button = QPushButton("Check")
        self.check_button.setProperty("kind", "primary")
        self.check_button.setToolTip("Judge the answer (Enter)")
        self.hint_button = QPushButton("Hint")
        self.hint_button.setToolTip("Formula, formula with numbers, answer: each costs a third")
        self.next_button = QPushButton("Skip")
        self.next_button.setToolTip("Go on without an answer")
        self._verdict = QLabel()
        self._verdict.setWordWrap(True)
        self._verdict.setObjectName("quiz_verdict")
        self._hints = QVBoxLayout()
        self._hints.setSpacing(4)
        self._arrange()
        self.line.returnPressed.connect(self._on_check)
        self.check_button.clicked.connect(self._on_check)
        self.hint_button.clicked.connect(self._on_hint)
        self.next_button.clicked.connect(self._on_next)
        theme.notifier().changed.connect(self._apply_theme)
        self._apply_theme(theme.current())

    def _arrange(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._symbol)
        row.addWidget(QLabel("="))
        row.addWidget(self.line, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.check_button, self.hint_button, self.next_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(8)
        rows.addWidget(self._prompt)
        rows.addLayout(row)
        rows.addLayout(buttons)
        rows.addWidget(self._verdict)
        rows.addLayout(self._hints)
        rows.addStretch(1)

    @Slot(object)
    def _apply_theme(self, look: Theme) -> None:
        self.line.setFont(look.font("chip"))
        self._prompt.setFont(look.font("strong"))

    @property
    def question(self) -> Question | None:
        """The one that is asked."""
        return None if self._quiz is None else self._quiz.items[self._place].question

    def ask(self, quiz: Quiz, place: int) -> None:
        """Ask this question of the quiz."""
        self._quiz, self._place, self._rung = quiz, place, 0
        item = quiz.items[place]
        self._prompt.setText(item.question.prompt)
        self._symbol.set_tex(item.question.symbol)
        self.line.clear()
        clear(self._hints)
        self._say("", "")
        self._set_done(is_done=item.is_right)
        self.line.setFocus()

    def _set_done(self, *, is_done: bool) -> None:
        self.line.setEnabled(not is_done)
        self.check_button.setEnabled(not is_done)
        why = "This question is answered." if is_done else "Judge the answer (Enter)"
        self.check_button.setToolTip(why)
        self.hint_button.setEnabled(not is_done and self._rung < len(RUNGS))
        self.next_button.setText("Go on" if is_done else "Skip")
        self.next_button.setToolTip("The next one" if is_done else "Go on without an answer")

    @Slot()
    def _on_check(self) -> None:
        if self._quiz is None or not self.line.isEnabled():
            return
        verdict = self._quiz.answer(self._place, self.line.text())
        self._show(verdict)
        self.answered.emit(verdict)

    def _show(self, verdict: Verdict) -> None:
        mark = "✓" if verdict.is_right else "✗"
        self._say(f"{mark} {verdict.message}", "ok" if verdict.is_right else "err")
        if verdict.is_right:
            self._set_done(is_done=True)
            self.next_button.setFocus()
        else:
            self.line.selectAll()

    def _say(self, text: str, token: str) -> None:
        self._verdict.setText(text)
        self._verdict.setVisible(bool(text))
        color = theme.current().color(token or "text").name()
        self._verdict.setStyleSheet(f"color: {color}")

    @Slot()
    def _on_hint(self) -> None:
        if self._quiz is None:
            return
        text = self._quiz.hint(self._place)
        self._hints.addWidget(hint_of(f"{RUNGS[self._rung]}: ", text))
        self._rung += 1
        self._set_done(is_done=self._quiz.items[self._place].is_right)
        if self._rung >= len(RUNGS):
            self.hint_button.setToolTip("All hints have been given")

    @Slot()
    def _on_next(self) -> None:
        self.passed.emit()


def hint_of(caption: str, text: str) -> QWidget:
    """Words as they are, formulas between dollar signs typeset, line by line."""
    box = QWidget()
    rows = QVBoxLayout(box)
    rows.setContentsMargins(0, 0, 0, 0)
    rows.setSpacing(2)
    for number, line in enumerate(text.split("\n")):
        row = QHBoxLayout()
        row.setSpacing(6)
        pieces = _FORMULA.split((caption if number == 0 else "") + line)
        for place, piece in enumerate(pieces):
            if not piece.strip():
                continue
            if place % 2:
                row.addWidget(FormulaLabel(piece))
            else:
                is_last = place == len(pieces) - 1
                words = QLabel(piece.strip())
                words.setWordWrap(is_last)
                words.setTextFormat(Qt.TextFormat.PlainText)
                words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                row.addWidget(words, int(is_last))
        if not pieces[-1].strip():
            row.addStretch(1)
        rows.addLayout(row)
    return box

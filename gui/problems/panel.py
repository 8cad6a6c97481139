"""All problems of the design in one list that jumps to the node and offers the repairs."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from gui import theme
from gui.document import Document
from gui.problems.card import ProblemCard
from gui.theme import Theme
from gui.training.troubles import Troubles
from model.shapes import Inference, Problem

_AT_ONCE = 40  # cards; a design with more problems shows the rest when asked


class ProblemsPanel(QWidget):
    """The list of problems, those that keep the design from running first.

    `node_requested(node_id)` on a click or Enter; `count_changed(count)` for a badge, with `count`
    and `blocking_count` to read at any time.
    """

    node_requested = Signal(str)
    count_changed = Signal(int)

    def __init__(
        self,
        document: Document,
        parent: QWidget | None = None,
        *,
        troubles: Troubles | None = None,
    ) -> None:
        """troubles: the tripwires of the training; they stand below the faults of the design."""
        super().__init__(parent)
        self._troubles = troubles
        self.setObjectName("problems")
        self.setProperty("kind", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._document = document
        self._problems: tuple[Problem, ...] = ()
        self._titles: tuple[str, ...] = ()
        self._limit = _AT_ONCE
        self.cards: list[ProblemCard] = []
        self.empty = _AllClear()
        self._more = QPushButton()
        self._more.setObjectName("problems_more")
        self._more.setToolTip("Show every problem of the design")
        self._more.clicked.connect(self._on_more)
        content = QWidget()
        self._rows = QVBoxLayout(content)
        self._rows.setContentsMargins(12, 12, 12, 12)
        self._rows.setSpacing(8)
        self._rows.addWidget(self.empty)
        self._rows.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft)
        self._rows.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(content)
        frame = QVBoxLayout(self)
        frame.setContentsMargins(0, 0, 0, 0)
        frame.addWidget(self._scroll)
        document.inference_changed.connect(self._on_inference_changed)
        if troubles is not None:
            troubles.changed.connect(self._on_troubles_changed)
        self._show(document.inference)

    @property
    def count(self) -> int:
        """How many problems there are."""
        return len(self._problems)

    @property
    def blocking_count(self) -> int:
        """How many problems keep the design from running."""
        return sum(problem.is_blocking for problem in self._problems)

    @Slot(object)
    def _on_inference_changed(self, inference: Inference) -> None:
        self._show(inference)

    @Slot()
    def _on_troubles_changed(self) -> None:
        self._show(self._document.inference)

    def _show(self, inference: Inference) -> None:
        problems = tuple(sorted(inference.problems, key=lambda problem: not problem.is_blocking))
        told = self._troubles.told if self._troubles is not None else ()
        problems += tuple(each.problem for each in told)
        self._of_design = len(inference.problems)
        titles = tuple(self._title_of(problem) for problem in problems)
        if (problems, titles) == (self._problems, self._titles) and self.cards:
            return
        old_count = len(self._problems)
        self._problems, self._titles = problems, titles
        self._limit = _AT_ONCE
        self._fill()
        if len(self._problems) != old_count:
            self.count_changed.emit(len(self._problems))

    def _title_of(self, problem: Problem) -> str:
        graph = self._document.graph
        return graph.title_of(problem.node_id) if problem.node_id in graph else ""

    def _fill(self) -> None:
        at = self._focused_row()
        for card in self.cards:
            card.hide()
            self._rows.removeWidget(card)
            card.deleteLater()
        self.cards = []
        pairs = list(zip(self._problems, self._titles, strict=True))
        for row, (problem, title) in enumerate(pairs[: self._limit]):
            has_other = self._troubles is not None and row >= self._of_design
            mend = self._troubles.mend if has_other else None
            card = ProblemCard(problem, self._document, title, mend=mend)
            card.setObjectName(f"problem_{row}")
            card.chosen.connect(self.node_requested)
            card.stepped.connect(self._on_stepped)
            self._rows.insertWidget(row, card)
            self.cards.append(card)
        left = len(pairs) - self._limit
        self._more.setText(f"Show {left} more" if left > 0 else "")
        self._more.setVisible(left > 0)
        self.empty.setVisible(not pairs)
        if at is not None and self.cards:
            self.cards[min(at, len(self.cards) - 1)].setFocus()

    def _focused_row(self) -> int | None:
        focused = self.focusWidget()
        for row, card in enumerate(self.cards):
            if focused is not None and (card is focused or card.isAncestorOf(focused)):
                return row if focused.hasFocus() else None
        return None

    @Slot(int)
    def _on_stepped(self, step: int) -> None:
        row = self._focused_row()
        if row is not None and 0 <= row + step < len(self.cards):
            card = self.cards[row + step]
            card.setFocus(Qt.FocusReason.TabFocusReason)
            self._scroll.ensureWidgetVisible(card)

    @Slot()
    def _on_more(self) -> None:
        self._limit = len(self._problems)
        self._fill()


class _AllClear(QWidget):
    """What stands here while nothing is wrong."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("problems_empty")
        self._icon = QLabel()
        words = QLabel("No problems: ready to run.")
        words.setProperty("role", "strong")
        words.setWordWrap(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 4, 4, 4)
        row.setSpacing(10)
        row.addWidget(self._icon)
        row.addWidget(words, 1)
        self._apply_theme(theme.current())
        theme.notifier().changed.connect(self._apply_theme)

    @Slot(object)
    def _apply_theme(self, look: Theme) -> None:
        side = round(look.size("icon"))
        self._icon.setPixmap(theme.pixmap("check-circle", side, look.color("ok")))

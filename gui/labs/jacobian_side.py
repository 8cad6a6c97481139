"""Beside a Jacobian: the chosen column worked out, what it would cost, what training runs instead,
and whether differences agree."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from gui import theme
from gui.canvas.cards.paint import draw_fitting
from gui.formulas import FormulaLabel
from gui.inspector.maths import CodeBlock
from gui.inspector.pieces import FormulaCard, caption, fit_width, section
from gui.labs.jacobian_check_badge import CheckBadge
from gui.labs.jacobian_map import Map
from gui.labs.jacobian_terms import TermTable
from gui.plots.figure import LEFT, RIGHT, Figure
from gui.theme import Theme
from model.analysis.jacobian import Jacobian
from model.teaching.jacobian_symbols import Symbols


class SidePanel(QFrame):
    """Boxes below each other; the verdict of the check stays at the bottom, always in sight."""

    def __init__(self) -> None:
        super().__init__()
        self.title = section("Column worked out")
        self.formula = FormulaLabel(color_token="bwd")
        self.terms = TermTable()
        self.cost_title = section("Cost")
        self.bars = CostBars()
        self.cost = caption()
        self.cost.setObjectName("jacobian_cost")
        self.cost.setTextFormat(Qt.TextFormat.RichText)
        self.code_title = section("What training runs instead")
        self.check = CheckBadge()
        self._code: CodeBlock | None = None
        self._source = ""
        self._letters: FormulaCard | None = None
        self._letters_title = section("What the letters mean")
        self._letters_title.hide()
        self._note = caption()
        page = QWidget()
        page.setProperty("kind", "panel")
        fit_width(page)
        self._rows = QVBoxLayout(page)
        self._rows.setContentsMargins(16, 16, 16, 16)
        self._rows.setSpacing(10)
        self._head: list[QWidget] = [self._letters_title, self.title, self.formula, self.terms]
        for widget in (*self._head, self.cost_title, self.bars, self.cost):
            self._rows.addWidget(widget)
        self._rows.addWidget(self.code_title)
        self._rows.addWidget(self._note)
        self._rows.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(page)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(area, 1)
        line = QFrame()
        line.setProperty("kind", "line")
        outer.addWidget(line)
        outer.addWidget(self.check)

    def refit(self) -> None:
        """The theme has other sizes."""
        for figure in (self.terms, self.bars):
            figure.setFixedHeight(figure.sizeHint().height())

    def show_column(self, shown: Map, column: int, row: int) -> None:
        """Write the sum for this column out; row: the term that is looked at."""
        by, out = shown.column_tex(column), shown.rows
        self.title.set_words(f"Column {column + 1} worked out")
        summed = rf"\delta_{{{by}}} = \sum_i \delta_{{{out}_i}} \mathbf{{J}}_{{i,{column + 1}}}"
        if out == "J":
            summed = rf"\delta_{{{by}}} = \mathbf{{J}}_{{1,{column + 1}}}"
        self.formula.set_tex("" if shown.delta is None else summed)
        self.terms.show_terms(shown.delta, shown.matrix[:, column], row)

    def show_letters(self, symbols: Symbols | None) -> None:
        """What stands behind the letters of the entries; None: none are shown."""
        if self._letters is not None:
            self._rows.removeWidget(self._letters)
            self._letters.deleteLater()
            self._letters = None
        has_some = symbols is not None and bool(symbols.notes)
        self._letters_title.setVisible(has_some)
        if symbols is not None and has_some:
            self._letters = FormulaCard(symbols.notes)
            self._rows.insertWidget(1, self._letters)

    def show_cost(self, found: Jacobian) -> None:
        """Numbers of the whole batch's Jacobian against what the engine keeps."""
        m, n = found.shape
        times = f"{found.batch} × {m} × {n}"
        if not found.is_parameter:
            times = f"({found.batch} · {m}) × ({found.batch} · {n})"
        self.bars.show_counts(found.batch_numbers, found.held)
        self.cost.setText(
            f"<b>{times}</b> numbers if built for the whole batch; never built in training: δ is "
            "multiplied at once."
        )

    def show_words(self, words: str) -> None:
        """Words in place of the cost, where that is not asked."""
        self.bars.show_counts(0, 0)
        self.cost.setText(words)

    def show_source(self, source: str, said: str = "") -> None:
        """The NumPy lines of the backward pass."""
        self._note.setText(said)
        self._note.setVisible(bool(said))
        self.code_title.setVisible(bool(source or said))
        if source == self._source:
            return
        self._source = source
        if self._code is not None:
            self._rows.removeWidget(self._code)
            self._code.deleteLater()
            self._code = None
        if source:
            self._code = CodeBlock(source)
            self._rows.insertWidget(self._rows.indexOf(self._note) + 1, self._code)


class CostBars(Figure):
    """Two counts as bars: all Jacobians of the batch, and what the engine keeps."""

    def __init__(self) -> None:
        super().__init__("jacobian_cost_bars", "Numbers of the full Jacobian, and numbers kept")
        self._full = self._kept = 0

    def show_counts(self, full: int, kept: int) -> None:
        """Show these; nothing where there are none."""
        self._full, self._kept = full, kept
        self.setVisible(bool(full))
        self.setFixedHeight(self.sizeHint().height())
        self.setAccessibleDescription(f"{full:,} against {kept:,}")
        self.update()

    def sizeHint(self) -> QSize:
        """Two lines of words, each with its bar."""
        return QSize(240, round(2 * 44 * theme.current().scale))

    def paint(self, painter: QPainter, look: Theme) -> None:
        """The larger bar fills the width."""
        most = max(self._full, self._kept, 1)
        line = 24.0 * look.scale
        rows = (
            ("Jacobian of the batch", self._full, "text2", "text"),
            ("numbers kept instead", self._kept, "bwd", "bwd"),
        )
        for place, (words, count, token, ink) in enumerate(rows):
            y = place * 44.0 * look.scale
            box = QRectF(0, y, float(self.width()), line)
            number = f"{count:,}"
            half = QRectF(box.left(), y, 0.62 * box.width(), line)
            draw_fitting(painter, half, words, look, "caption", "text2", LEFT)
            rest = QRectF(half.right(), y, box.right() - half.right(), line)
            draw_fitting(painter, rest, number, look, "mono", ink, RIGHT)
            width = max(2.0, box.width() * count / most)
            bar = QRectF(0, y + line + 1, width, 10 * look.scale)
            painter.fillRect(bar, look.color(token))

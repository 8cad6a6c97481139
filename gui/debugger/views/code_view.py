"""The engine's own lines: those that ran, and the names in them that are terms, with values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from gui.canvas.cards.paint import metrics, text_width
from gui.debugger.session import DebugSession
from gui.debugger.views.math_paint import token_of
from gui.debugger.views.pointing import Pointing
from gui.debugger.views.term_canvas import Hit, TermCanvas
from gui.debugger.views.term_words import words_of
from gui.theme import Theme
from model.layer import Array
from model.teaching.operations import Phase
from model.teaching.reading import Read
from model.teaching.sources import SourceLine, Span
from model.teaching.terms import is_lit

_PHASE_TOKENS: dict[Phase, str] = {"forward": "fwd", "backward": "bwd", "update": "upd"}
_MOST_LINES = 60
_MOST_SHOWN = 8
"""Numbers of an array in a tip."""


@dataclass(frozen=True)
class _Piece:
    """Text on one row. is_comment: of a remark or docstring."""

    pos: QPointF
    text: str
    rect: QRectF
    span: Span | None
    is_comment: bool
    has_run: bool


class CodeView(TermCanvas):
    """Lines as they stand in the program; long ones go on below, indented."""

    def __init__(self, session: DebugSession, pointing: Pointing) -> None:
        super().__init__(session, pointing, "NumPy")
        self.setObjectName("code_view")
        self._pieces: list[_Piece] = []
        self._rows: list[tuple[QRectF, int]] = []
        """Ground of each line that ran, and its number."""
        self._numbers: list[tuple[QRectF, str, bool]] = []

    def source(self) -> str:
        """The lines as text."""
        view = self.moment.view if self.moment is not None else None
        return "\n".join(line.text for line in view.lines) + "\n" if view is not None else ""

    def arrange(self, width: float, look: Theme) -> float:
        self._pieces, self._rows, self._numbers = [], [], []
        view = self.moment.view if self.moment is not None else None
        if view is None:
            return 0.0
        letter = text_width(look, "chip", "0")
        height = metrics(look, "chip").height() * 1.25
        left = letter * 3 + 14
        columns = max(int((width - left - 6) / letter), 24)
        reads = {read.name: read for read in view.reads}
        y = 2.0
        is_remark = _Remarks()
        for number, line in enumerate(view.lines[:_MOST_LINES]):
            is_comment = is_remark.of(line.text)
            rows = _rows_of(line, columns)
            top = y
            for start, stop, indent in rows:
                x = left + (indent - start) * letter
                self._add_row(
                    line, (start, stop), QPointF(x, y), (letter, height), is_comment, reads
                )
                y += height
            rect = QRectF(0, top, width, y - top)
            self._numbers.append(
                (QRectF(0, top, letter * 3, height), str(number + 1), line.has_run)
            )
            if line.has_run and line.text.strip():
                self._rows.append((rect, number))
        return y + 2

    def _add_row(
        self,
        line: SourceLine,
        between: tuple[int, int],
        pos: QPointF,
        cell: tuple[float, float],
        is_comment: bool,
        reads: dict[str, Read],
    ) -> None:
        """One row of a line: names apart from the rest."""
        letter, height = cell
        at, stop = between
        remark = len(line.text) if is_comment else _remark_at(line.text)
        cuts: list[tuple[int, int, Span | None]] = []
        for span in line.spans:
            if span.start >= at and span.stop <= stop:
                cuts += [(at, span.start, None), (span.start, span.stop, span)]
                at = span.stop
        cuts.append((at, stop, None))
        if not is_comment and remark < stop:
            last, end, _ = cuts.pop()
            cuts += [(last, max(last, remark), None), (max(last, remark), end, None)]
        for first, end, named in cuts:
            text = line.text[first:end]
            if not text:
                continue
            place = QPointF(pos.x() + first * letter, pos.y())
            rect = QRectF(place.x(), pos.y(), len(text) * letter, height)
            is_quiet = is_comment or first >= remark
            self._pieces.append(_Piece(place, text, rect, named, is_quiet, line.has_run))
            if named is not None:
                tip = self._tip(named, reads)
                self.hits.append(Hit(rect.adjusted(-2, 0, 2, 0), named.terms, tip))

    def _tip(self, span: Span, reads: dict[str, Read]) -> str:
        found = self._value_of(span, reads)
        said = f"{span.name}: {words_of(span.terms)}"
        return said if found is None else f"{said}\n{self._told(found)}"

    def _value_of(self, span: Span, reads: dict[str, Read]) -> Array | None:
        """What the name holds, of the chosen item."""
        view = self.moment.view if self.moment is not None else None
        if view is None:
            return None
        kinds = {term.partition(":")[0]: term.partition(":")[2] for term in span.terms}
        if span.name in reads:
            return self._of_item(reads[span.name])
        if "input" in kinds:
            return view.inputs.get(kinds["input"])
        if "parameter" in kinds and kinds["parameter"] in reads:
            return reads[kinds["parameter"]].values
        if "gradient" in kinds:
            return view.gradients.get(kinds["gradient"])
        if "out" in kinds:
            return view.out
        if "upstream" in kinds:
            return view.upstream
        if "downstream" in kinds:
            ports = [term.partition(":")[2] for term in span.terms if ":" in term]
            return view.downstream.get(ports[0]) if ports else None
        if "part" in kinds and view.parts:
            return next(iter(view.parts.values())).get(kinds["part"])
        return None

    def _of_item(self, read: Read) -> Array:
        moment = self.moment
        if moment is None or moment.item is None or read.origin in ("parameter", "state"):
            return read.values
        is_batch = read.values.ndim > 0 and len(read.values) == moment.batch
        return np.asarray(read.values[moment.item]) if is_batch else read.values

    def _told(self, values: Array) -> str:
        style = self.session.style
        flat = np.asarray(values).reshape(-1)
        if flat.size == 1:
            return style.full(float(flat[0]))
        shape = " × ".join(map(str, values.shape))
        shown = ", ".join(style.text(float(each)) for each in flat[:_MOST_SHOWN])
        dots = ", …" if flat.size > _MOST_SHOWN else ""
        between = f"from {style.text(float(flat.min()))} to {style.text(float(flat.max()))}"
        return f"{shape}: {shown}{dots}\n{between}"

    def draw(self, painter: QPainter, look: Theme, lit: str) -> None:
        self._draw_rows(painter, look)
        painter.setFont(look.font("chip"))
        metric = metrics(look, "chip")
        drop = (metric.height() * 0.25) / 2 + metric.ascent()
        for piece in self._pieces:
            terms = piece.span.terms if piece.span is not None else ()
            is_on = is_lit(lit, terms)
            if is_on:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(look.color("highlight"))
                painter.drawRoundedRect(piece.rect.adjusted(-2, 1, 2, -1), 3, 3)
            painter.setPen(look.color(_token(piece, is_on)))
            painter.drawText(QPointF(piece.pos.x(), piece.pos.y() + drop), piece.text)

    def _draw_rows(self, painter: QPainter, look: Theme) -> None:
        view = self.moment.view if self.moment is not None else None
        token = _PHASE_TOKENS[view.info.phase] if view is not None else "bwd"
        for rect, _ in self._rows:
            painter.fillRect(rect, look.color(f"{token}bg"))
            painter.fillRect(QRectF(0, rect.y(), 3 * look.scale, rect.height()), look.color(token))
        painter.setFont(look.font("chip"))
        flags = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for rect, text, has_run in self._numbers:
            painter.setPen(look.color("text2" if has_run else "text3"))
            painter.drawText(rect, flags, text)


def _token(piece: _Piece, is_on: bool) -> str:
    if is_on:
        return "hitext"
    if piece.is_comment or not piece.has_run:
        return "text3"
    return token_of(piece.span.terms) if piece.span is not None else "text"


class _Remarks:
    """Follows docstrings from line to line."""

    def __init__(self) -> None:
        self._is_inside = False

    def of(self, text: str) -> bool:
        count = text.count('"""')
        was_inside = self._is_inside
        if count % 2:
            self._is_inside = not self._is_inside
        return was_inside or count > 0 or text.lstrip().startswith("#")


def _remark_at(text: str) -> int:
    """Where a remark begins at the end of a line."""
    at = text.find("  #")
    return at if at >= 0 else len(text)


def _rows_of(line: SourceLine, columns: int) -> list[tuple[int, int, int]]:
    """(first letter, one past the last, indentation) of the rows of a line; cut at spaces."""
    text = line.text
    if len(text) <= columns:
        return [(0, len(text), 0)]
    own = len(text) - len(text.lstrip())
    indent = min(own + 4, columns // 2)
    found: list[tuple[int, int, int]] = []
    start, room, at = 0, columns, 0
    while len(text) - start > room:
        cut = _cut_in(text, start + (own if not found else 0) + 1, start + room)
        before_name = _outside(line.spans, cut)
        cut = before_name if before_name > start + own else cut
        found.append((start, cut, at))
        start = cut + (1 if text[cut : cut + 1] == " " else 0)
        room, at = columns - indent, indent
    return [*found, (start, len(text), at)]


def _cut_in(text: str, first: int, last: int) -> int:
    """The last space, or where there is none in the second half, behind a bracket or comma."""
    space = text.rfind(" ", first, last + 1)
    if space >= (first + last) // 2:
        return space
    behind = [k for k in range(first, last + 1) if text[k - 1] in "([,"]
    best = max([space, *behind])
    return best if best >= first else last


def _outside(spans: tuple[Span, ...], cut: int) -> int:
    """A name is not cut."""
    inside = [span for span in spans if span.start < cut < span.stop]
    return inside[0].start if inside and inside[0].start > 0 else cut

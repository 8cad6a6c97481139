"""Stored in memory: the forward values as a film, and what it costs to keep them or not."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPen, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from gui import theme
from gui.canvas.cards import symbols
from gui.canvas.cards.paint import draw_fitting, draw_text, heat_image, metrics
from gui.debugger.moment import Moment
from gui.debugger.session import DebugSession
from gui.debugger.tape_frames import Frame, evaluations, frames
from gui.plots.figure import Figure
from gui.plots.header import PlotHeader
from gui.plots.reading_box import Line
from gui.theme import Theme
from gui.widgets import Segmented
from model.layer import Array
from model.teaching.counting import Choice, Modes

_WIDTH, _GAP = 116.0, 5.0
_EDGE = 14.0
"""Height of a row of holes, px at a desk."""
_FEW = 3
_WAYS = "Option 1 keeps every value; option 2 computes it again when needed"


class TapePanel(QWidget):
    """The film with its head, and the costs below it."""

    def __init__(self, session: DebugSession) -> None:
        super().__init__()
        self.setObjectName("tape_panel")
        self.setProperty("kind", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._session = session
        self._choice: Choice | None = None
        self._modes: Modes | None = None
        self.header = PlotHeader("Tape: stored in memory from forward", short="Tape")
        self.ways = Segmented([(False, "store"), (True, "recompute")], False, "Forward values")
        self.ways.setToolTip(_WAYS)
        self.ways.changed.connect(self._on_way_changed)
        self.header.add(self.ways)
        self.film = TapeFilm(session)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self.film)
        self._area = area
        self.costs = QLabel()
        self.costs.setObjectName("tape_costs")
        self.costs.setProperty("role", "caption")
        self.costs.setWordWrap(True)
        self.costs.setContentsMargins(14, 2, 14, 8)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.header)
        rows.addWidget(area, 1)
        rows.addWidget(self.costs)
        session.counted.connect(self._on_counted)
        session.moved.connect(self._on_moment)
        session.described.connect(self._on_moment)

    @property
    def is_recomputing(self) -> bool:
        return bool(self.ways.value())

    @Slot(object)
    def _on_way_changed(self, _value: object) -> None:
        if self._session.moment is not None:
            self._on_moment(self._session.moment)

    @Slot(object)
    def _on_counted(self, counted: tuple[Choice, Modes]) -> None:
        self._choice, self._modes = counted
        if self._session.moment is not None:
            self._on_moment(self._session.moment)

    @Slot(object)
    def _on_moment(self, moment: Moment) -> None:
        if not self.isVisible():
            return
        document = self._session.document
        order = document.inference.order
        titles = {key: document.graph.title_of(key) for key in document.graph.nodes}
        shown = frames(moment, order, titles, self._choice, is_recomputing=self.is_recomputing)
        self.film.show_frames(shown)
        self._area.ensureVisible(*self.film.place_of_interest(), 80, 0)
        held = [f.values for f in shown if f.values is not None and f.state != "dropped"]
        numbers, size = sum(v.size for v in held), sum(v.nbytes for v in held)
        self.header.set_caption(f"{numbers:,} numbers, {_bytes(size)}")
        costs = self._costs(moment)
        self.costs.setText(costs)
        self.costs.setToolTip(costs)
        self.ways.setToolTip(f"{_WAYS}\n{costs}")

    def _costs(self, moment: Moment) -> str:
        choice, modes = self._choice, self._modes
        if choice is None or modes is None:
            return ""
        so_far = evaluations(moment, choice, is_recomputing=self.is_recomputing)
        chosen = choice.recompute if self.is_recomputing else choice.store
        return (
            f"{so_far} of {chosen.evaluations} evaluations so far. "
            f"Store: {choice.store.evaluations:,} evaluations, {choice.store.numbers:,} numbers "
            f"held an item; recompute: {choice.recompute.evaluations:,} evaluations, at most "
            f"{choice.recompute.numbers:,} numbers. Passes to all derivatives of J: "
            f"{modes.forward_passes:,} in forward mode, {modes.reverse_passes:,} in reverse mode."
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little height the film has it; the costs stand in the tip then."""
        super().resizeEvent(event)
        line = metrics(theme.current(), "caption").height()
        self.costs.setVisible(self.height() > 13 * line)

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what has happened meanwhile."""
        super().showEvent(event)
        if self._session.moment is not None:
            self._on_moment(self._session.moment)

    def minimumSizeHint(self) -> QSize:
        """A frame or two, and the switch, px."""
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), round(320 * theme.current().scale)), hint.height())

    def sizeHint(self) -> QSize:
        """Wide rather than high."""
        return QSize(520, round(theme.current().size("bottom_dock")))


class TapeFilm(Figure):
    """Frames beside each other between two rows of holes. A click selects the node."""

    node_chosen = Signal(str)

    def __init__(self, session: DebugSession) -> None:
        super().__init__("tape_film", "Forward values that are stored in memory")
        self._session = session
        self._frames: list[Frame] = []
        self._area = QRectF()

    def show_frames(self, shown: list[Frame]) -> None:
        """Show these."""
        self._frames = shown
        look = theme.current()
        self.setMinimumWidth(round(len(shown) * (_WIDTH * look.scale + _GAP) + 3 * _EDGE))
        said = (f"{f.title} {f.words}" for f in shown)
        self.setAccessibleDescription("; ".join(said))
        self.update()

    def place_of_interest(self) -> tuple[int, int]:
        """What is read now, otherwise the newest value; px."""
        at = [i for i, f in enumerate(self._frames) if f.state in ("read", "again")]
        known = [i for i, f in enumerate(self._frames) if f.state != "pending"]
        place = at[0] if at else known[-1] if known else 0
        return round(self._rect(place).center().x()), 0

    def _rect(self, place: int) -> QRectF:
        look = theme.current()
        width = _WIDTH * look.scale
        edge = min(_EDGE * look.scale, 0.11 * self.height())
        left = 14 + _EDGE + place * (width + _GAP)
        top = self._top()
        return QRectF(left, top + edge, width, self.height() - 2 * top - 2 * edge)

    def _top(self) -> float:
        """Of the strip, px."""
        return (self.height() - min(self.height() - 8.0, 150.0 * theme.current().scale)) / 2

    def paint(self, painter: QPainter, look: Theme) -> None:
        """The strip with its holes, and the frames."""
        if not self._frames:
            return
        first, last = self._rect(0), self._rect(len(self._frames) - 1)
        edge = first.top() - self._top()
        strip = QRectF(first.topLeft(), last.bottomRight()).adjusted(-_EDGE, -edge, _EDGE, edge)
        painter.fillRect(self.rect(), look.color("surface"))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color("film"))
        painter.drawRoundedRect(strip, 8, 8)
        painter.setBrush(look.color("filmhole"))
        seen = QRectF(self.visibleRegion().boundingRect())
        hole = edge * 0.4
        first_hole = max(int((seen.left() - strip.left()) / (2.4 * hole)) - 1, 0)
        holes = []
        for k in range(first_hole, int(strip.width() / (2.4 * hole))):
            x = strip.left() + hole + k * 2.4 * hole
            if x > seen.right() or x + 1.4 * hole > strip.right():
                break
            rows = (strip.top() + 0.3 * edge, strip.bottom() - 0.7 * edge)
            holes += [QRectF(x, y, 1.4 * hole, hole) for y in rows]
        painter.drawRects(holes)
        step = self._rect(1).left() - first.left()
        begin = max(int((seen.left() - first.left()) / step), 0)
        for place in range(begin, len(self._frames)):
            box = self._rect(place)
            if box.left() > seen.right():
                break
            self._paint_frame(painter, look, box, self._frames[place])

    def _paint_frame(self, painter: QPainter, look: Theme, box: QRectF, frame: Frame) -> None:
        is_lit = frame.state in ("read", "again")
        is_faint = frame.state in ("pending", "free", "dropped")
        ground = look.color("highlight" if is_lit else "surface")
        ink = look.color("hitext" if is_lit else "text3" if is_faint else "text")
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(box, 3, 3)
        if frame.state in ("pending", "dropped", "again"):
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(look.color("border2"), 1.5, Qt.PenStyle.DashLine))
            painter.drawRoundedRect(box.adjusted(3, 3, -3, -3), 3, 3)
        line = metrics(look, "chip").height()
        has_words = box.height() >= 4.4 * line
        row = max(box.height() / 4, line) if has_words else min(line, box.height() / 2)
        px = look.px("chip") * 1.1
        symbol = symbols.shape("h", px, above=f"({frame.index})")
        head = QRectF(box.left() + 6, box.top() + 4, box.width() - 12, row)
        base = QPointF(head.left(), head.center().y() + 0.38 * px)
        symbols.draw_symbol(painter, base, symbol, ink)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        name = head.adjusted(symbol.boundingRect().right() + 7, 0, 0, 0)
        draw_text(painter, name, frame.title, look, "chip", ink, Qt.AlignmentFlag.AlignVCenter)
        rest = box.height() - (2 if has_words else 1) * row - 6
        middle = QRectF(head.left(), head.bottom(), head.width(), rest)
        if frame.values is not None:
            self._paint_values(painter, look, middle, frame.values, ink)
        if has_words:
            foot = QRectF(box.left() + 6, box.bottom() - row - 2, box.width() - 12, row)
            draw_fitting(painter, foot, frame.words, look, "caption", ink)

    def _paint_values(
        self, painter: QPainter, look: Theme, box: QRectF, values: Array, ink: QColor
    ) -> None:
        """A number, a few numbers, or a picture of many with their shape."""
        style = self._session.style
        flat = values.reshape(-1)
        if flat.size == 1:
            draw_fitting(painter, box, style.text(flat[0]), look, "hero", ink)
            return
        if flat.size <= _FEW:
            row = box.height() / flat.size
            for k, value in enumerate(flat):
                line = QRectF(box.left(), box.top() + k * row, box.width(), row)
                draw_fitting(painter, line, style.text(value), look, "chip", ink)
            return
        text = look.px("chip") + 4
        if box.height() < 2.2 * text:  # no room for both
            painter.drawImage(box.adjusted(0, 2, 0, -4), _picture(values, look))
            return
        shape = QRectF(box.left(), box.bottom() - text, box.width(), text)
        draw_fitting(painter, shape, "×".join(map(str, values.shape)), look, "chip", ink)
        painter.drawImage(box.adjusted(0, 2, 0, -text - 2), _picture(values, look))

    def lines_at(self, place: QPointF) -> list[Line]:
        """The value in full."""
        for at, frame in enumerate(self._frames):
            if self._rect(at).contains(place):
                lines: list[Line] = [(None, f"h({frame.index}) of {frame.title}: {frame.words}")]
                if frame.values is not None and frame.values.size <= 8:
                    numbers = ", ".join(self._session.style.full(v) for v in frame.values.flat)
                    lines.append((None, numbers))
                elif frame.values is not None:
                    low, high = float(frame.values.min()), float(frame.values.max())
                    style = self._session.style
                    shape = " × ".join(map(str, frame.values.shape))
                    lines.append((None, f"{shape} from {style.text(low)} to {style.text(high)}"))
                return lines
        return []

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select the node on the canvas."""
        for at, frame in enumerate(self._frames):
            if self._rect(at).contains(event.position()):
                self.node_chosen.emit(frame.node_id)
                return


def _picture(values: Array, look: Theme) -> QImage:
    """Many numbers as cells: a picture as it is, a long vector in rows."""
    grid = np.asarray(values, dtype=np.float64)
    while grid.ndim > 2:
        grid = grid[0]
    if grid.ndim == 1:
        columns = min(grid.size, max(16, math.isqrt(2 * grid.size)))
        whole = np.zeros(-(-grid.size // columns) * columns)
        whole[: grid.size] = grid
        grid = whole.reshape(-1, columns)
    finite = grid[np.isfinite(grid)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    if low < 0:
        high = max(-low, high)
        return heat_image(grid, -high, high, look, "signed")
    return heat_image(grid, low, high, look, "positive")


def _bytes(count: int) -> str:
    """B, KiB or MiB."""
    if count < 1024:
        return f"{count} bytes"
    return f"{count / 1024:,.1f} KiB" if count < 2**20 else f"{count / 2**20:,.1f} MiB"

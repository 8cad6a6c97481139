"""The strip at the bottom: what is being trained, and exactly what the shown numbers contain."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from gui import status_texts, theme
from gui.document import Document
from gui.status_texts import Line
from gui.theme import Theme
from model.snapshot import Snapshot

NAMES: Final = (
    "epoch", "step", "rate", "loss", "scaling", "batches", "seed", "mode", "test", "worker",
    "frame",
)  # fmt: skip
FIRST_TO_GO: Final = (
    "worker", "test", "batches", "frame", "rate", "seed", "mode", "scaling", "step", "epoch",
)  # fmt: skip
"""Where room is short even for the short forms, these leave in this order; the loss stays."""
SHORTENED: Final = ("worker", "mode", "batches", "scaling", "loss")
"""These take their short forms first, in this order."""


_BAR_EDGES: Final = 5
"""A `QStatusBar` keeps so much free above and below what it holds, px."""


class _Entry(QLabel):
    """`caption value`, the value in bold; its tooltip says it in full."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(f"status_{name}")
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self._line: Line | None = None
        self._is_short = False

    def show_line(self, line: Line | None) -> bool:
        """Show another line; True where the width has changed."""
        if line == self._line:
            return False
        before, self._line = self.sizeHint().width(), line
        self._render()
        return self.sizeHint().width() != before

    def set_short(self, is_short: bool) -> None:
        if is_short != self._is_short:
            self._is_short = is_short
            self._render()

    @property
    def is_empty(self) -> bool:
        return self._line is None

    def _render(self) -> None:
        line = self._line
        if line is None:
            self.setText("")
            return
        caption, value = line.caption, line.value
        if self._is_short:
            caption = line.short_caption if line.short_caption is not None else caption
            value = line.short_value or value
        color = theme.current().color("text").name()
        bold = f"<span style='color:{color}; font-weight:600'>{value}</span>"
        self.setText(f"{caption} {bold}".strip().replace("  ", " "))
        self.setToolTip(line.tip)
        self.setAccessibleName(f"{line.caption} {line.value}".strip())


class StatusStrip(QFrame):
    """`problems_wanted` when the shield is pressed. `controller` is a `TrainingController`."""

    problems_wanted = Signal()

    def __init__(self, document: Document, controller: Any) -> None:
        super().__init__()
        self.setObjectName("status_strip")
        self.setProperty("kind", "statusstrip")
        self._document = document
        self._controller = controller
        self._snapshot: Snapshot | None = controller.latest
        self._frame_ms: float | None = None
        self._fitting = QTimer(self, singleShot=True, interval=0)
        self._fitting.timeout.connect(self._fit)
        self._build()
        document.inference_changed.connect(self._on_inference_changed)
        document.opened.connect(self.refresh)
        document.graph.training_changed.connect(self._on_training_changed)
        controller.snapshot.connect(self._on_snapshot)
        controller.state_changed.connect(self._on_state_changed)
        controller.reset_done.connect(self._on_reset)
        theme.notifier().changed.connect(self._apply_theme)
        self._apply_theme(theme.current())
        self._on_inference_changed(document.inference)

    def _build(self) -> None:
        self.shield = QToolButton()
        self.shield.setObjectName("status_problems")
        self.shield.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.shield.clicked.connect(self.problems_wanted)
        self.entries = {name: _Entry(name) for name in NAMES}
        self._lines: dict[str, QFrame] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(8, 0, 12, 0)
        self._row.setSpacing(0)
        self._row.addWidget(self.shield)
        for name, entry in self.entries.items():
            if name == "worker":
                self._row.addStretch(1)
            line = QFrame()
            line.setProperty("kind", "vline")
            self._lines[name] = line
            self._row.addWidget(line, 0, Qt.AlignmentFlag.AlignVCenter)
            self._row.addWidget(entry)

    # what it shows

    @Slot()
    def refresh(self) -> None:
        """Write all entries anew."""
        graph, shot, state = self._document.graph, self._snapshot, self._controller.state
        settings = graph.training
        lines: dict[str, Callable[[], Line | None]] = {
            "epoch": lambda: status_texts.epoch(settings, shot),
            "step": lambda: status_texts.step(shot),
            "rate": lambda: status_texts.rate(shot, state),
            "loss": lambda: status_texts.loss(graph, shot),
            "scaling": lambda: status_texts.scaling(graph, shot),
            "batches": lambda: status_texts.batches(settings, shot),
            "seed": lambda: status_texts.seed(settings, shot),
            "mode": lambda: status_texts.mode(shot, state),
            "test": lambda: status_texts.test(shot),
            "worker": lambda: status_texts.worker(state),
            "frame": lambda: status_texts.frame(self._frame_ms),
        }
        changed = [self.entries[name].show_line(make()) for name, make in lines.items()]
        if any(changed):
            self._fit()

    def text(self) -> str:
        """All that is shown, for people who listen and for tests."""
        shown = [entry for entry in self.entries.values() if not entry.isHidden()]
        return " | ".join(entry.accessibleName() for entry in shown)

    def set_frame_ms(self, milliseconds: float) -> None:
        """Show what a frame costs."""
        self._frame_ms = milliseconds
        if self.entries["frame"].show_line(status_texts.frame(milliseconds)):
            self._fit()

    @Slot(object)
    def _on_snapshot(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self.refresh()

    @Slot(str)
    def _on_state_changed(self, _state: str) -> None:
        self.refresh()

    @Slot()
    def _on_reset(self) -> None:
        self._snapshot = None
        self.refresh()

    def _on_training_changed(self, _settings: object) -> None:
        self.refresh()

    @Slot(object)
    def _on_inference_changed(self, _inference: object) -> None:
        problems = self._document.inference.problems
        blocking = sum(problem.is_blocking for problem in problems)
        if blocking:
            icon, token = "alert-circle-outline", "err"
            word = f"{blocking} problem{'s' if blocking > 1 else ''}"
            tip = f"{word} to repair before it can run. Press to see the list."
        elif problems:
            icon, token, word = "alert-outline", "warn", f"{len(problems)} hint"
            word += "s" if len(problems) > 1 else ""
            tip = f"The design can run; {word}. Press to see the list."
        else:
            icon, token, word = "shield-check-outline", "ok", ""
            tip = "All shapes fit: the design can run."
        self.shield.setIcon(theme.icon(icon, token))
        self.shield.setText(word)
        style = Qt.ToolButtonStyle
        self.shield.setToolButtonStyle(
            style.ToolButtonTextBesideIcon if word else style.ToolButtonIconOnly
        )
        self.shield.setToolTip(tip)
        self.shield.setAccessibleName(tip)
        self.refresh()
        self._fit()

    # room

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shorten, then leave out, until all fits."""
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """The strip never asks the window to be wider."""
        return QSize(120, round(theme.current().size("statusbar")))

    def _needed(self) -> int:
        widgets: list[QWidget] = [self.shield]
        for name, entry in self.entries.items():
            if not entry.isHidden():
                entry.ensurePolished()
                widgets += [self._lines[name], entry]
        margins = self._row.contentsMargins()
        # a line has a fixed width, of which its size hint knows nothing
        widths = (max(w.sizeHint().width(), w.minimumWidth()) for w in widgets)
        return margins.left() + margins.right() + sum(widths)

    @Slot()
    def _fit(self) -> None:
        for name, entry in self.entries.items():
            entry.set_short(False)
            self._set_shown(name, not entry.is_empty)
        for name in SHORTENED:
            if self._needed() <= self.width():
                return
            self.entries[name].set_short(True)
        for name in FIRST_TO_GO:
            if self._needed() <= self.width():
                return
            self._set_shown(name, False)

    def _set_shown(self, name: str, is_shown: bool) -> None:
        self.entries[name].setVisible(is_shown)
        self._lines[name].setVisible(is_shown and name != "worker")

    @Slot(object)
    def _apply_theme(self, look: Theme) -> None:
        self.setFixedHeight(round(look.size("statusbar")) - _BAR_EDGES)
        pad = round(10 * min(look.scale, 1.3))
        for entry in self.entries.values():
            entry.setFont(look.font("caption"))
            entry.setContentsMargins(pad, 0, pad, 0)
            entry._render()
        for line in self._lines.values():
            line.setFixedSize(1, round(look.px("caption")) + 2)
        side = round(look.size("icon_small"))
        self.shield.setIconSize(QSize(side, side))
        self.shield.setFont(look.font("caption"))
        self._fitting.start()

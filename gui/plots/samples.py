"""Texts that the network writes, one after each epoch."""

from __future__ import annotations

from collections import deque
from html import escape
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSlider,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from gui import theme
from gui.plots.panel import PlotPanel
from gui.theme import Theme

if TYPE_CHECKING:
    from model.snapshot import Sample, Snapshot

_MOST = 60
_STEPS = 20  # of the slider, from 0 to 2
_NONE = (
    "Texts are written by a network that says at every step of a sequence which token comes next,"
    " such as a character model on the sonnets. This design does not."
)


class SamplePlot(PlotPanel):
    """What stands behind the prompt; the newest on top."""

    key: ClassVar[str] = "samples"
    title: ClassVar[str] = "Written text"
    icon: ClassVar[str] = "text-box-outline"
    wants: ClassVar[tuple[str, ...]] = ("samples",)
    exports: ClassVar[tuple[str, ...]] = ("txt",)

    def build(self) -> QWidget:
        """Prompt, temperature and the texts."""
        self._kept_texts: deque[Sample] = deque(maxlen=_MOST)
        self._is_dirty = True
        page = QWidget()
        rows = QVBoxLayout(page)
        rows.setContentsMargins(10, 4, 10, 4)
        rows.setSpacing(4)
        rows.addLayout(self._controls())
        self.texts = QTextBrowser()
        self.texts.setObjectName("samples_texts")
        self.texts.setAccessibleName("Texts that the network has written, the newest first")
        self.texts.setOpenLinks(False)
        rows.addWidget(self.texts, 1)
        return page

    def _controls(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self.prompt = QLineEdit()
        self.prompt.setAcceptDrops(False)  # a dropped file is for the window
        self.prompt.setObjectName("samples_prompt")
        self.prompt.setPlaceholderText("Begin with …")
        self.prompt.setMaxLength(200)
        self.prompt.setToolTip("How the text begins; empty: like an item of the validation part")
        self.prompt.setAccessibleName("Prompt: how the text begins")
        self.prompt.editingFinished.connect(self._on_prompt)
        row.addWidget(self.prompt, 2)
        name = QLabel("T")
        name.setProperty("role", "strong")
        self.temperature = QSlider(Qt.Orientation.Horizontal)
        self.temperature.setObjectName("samples_temperature")
        self.temperature.setRange(0, _STEPS)
        self.temperature.setValue(round(self.controller.request.temperature * _STEPS / 2))
        words = "Temperature: 0 takes the likeliest token, 1 draws as the network says, 2 is wild"
        for widget in (name, self.temperature):
            widget.setToolTip(words)
        self.temperature.setAccessibleName(words)
        self.temperature.valueChanged.connect(self._on_temperature)
        name.setBuddy(self.temperature)
        self.figure = QLabel()
        self.figure.setProperty("role", "caption")
        self._show_temperature()
        row.addWidget(name)
        row.addWidget(self.temperature, 1)
        row.addWidget(self.figure)
        return row

    def _degrees(self) -> float:
        return self.temperature.value() * 2 / _STEPS

    def _show_temperature(self) -> None:
        self.figure.setText(f"{self._degrees():.1f}")

    @Slot()
    def _on_prompt(self) -> None:
        self.controller.ask(prompt=self.prompt.text())

    @Slot(int)
    def _on_temperature(self, _value: int) -> None:
        self._show_temperature()
        self.controller.ask(temperature=self._degrees())

    def note(self, snapshot: Snapshot) -> None:
        """Keep each text; one of the same step takes the place of the last."""
        found = snapshot.samples
        if found is None or (self._kept_texts and self._kept_texts[0] == found):
            return
        if self._kept_texts and self._kept_texts[0].at_step == found.at_step:
            self._kept_texts.popleft()
        self._kept_texts.appendleft(found)
        self._is_dirty = True

    def clear(self) -> None:
        """Forget all texts."""
        self._kept_texts.clear()
        self._is_dirty = True

    def show_snapshot(self, snapshot: Snapshot) -> str:
        """The texts, or which networks write any."""
        if not self._kept_texts:
            self.header.set_caption("")
            return _NONE
        newest = self._kept_texts[0]
        self.header.set_caption(f"after epoch {newest.epoch}, step {newest.at_step:,}")
        if self._is_dirty:
            self._is_dirty = False
            self.texts.setHtml(self._html(theme.current()))
        return ""

    def _html(self, look: Theme) -> str:
        """Prompt in the colour of what is given, the text behind it, the step in small."""
        accent, faint = (look.color(token).name() for token in ("accent", "text3"))
        parts = [
            f'<p style="margin:0 0 2px 0; color:{faint}">{_head(found)}</p>'
            f'<p style="margin:0 0 8px 0; white-space:pre-wrap">'
            f'<b style="color:{accent}">{escape(found.prompt)}</b>{escape(found.text)}</p>'
            for found in self._kept_texts
        ]
        return "".join(parts)

    def export_source(self) -> SamplePlot:
        """All texts that are kept."""
        return self

    def text(self, _kind: str) -> str:
        """The texts as they are read, the newest first."""
        return "\n\n".join(f"[{_head(s)}]\n{s.prompt}{s.text}" for s in self._kept_texts) + "\n"

    def dress(self, look: Theme) -> None:
        """Put on a theme."""
        self.texts.setFont(look.font("mono"))
        self._is_dirty = True


def _head(found: Sample) -> str:
    return f"epoch {found.epoch}, step {found.at_step:,}, T = {found.temperature:.1f}"

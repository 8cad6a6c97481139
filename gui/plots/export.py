"""A plot as a file: PNG and SVG as it is on the screen, CSV with every digit."""

from __future__ import annotations

import csv
import io
import threading
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QBuffer, QEventLoop, QIODevice, QRectF, QSize, QTimer
from PySide6.QtGui import QImage, QPainter

from gui.plots.numbers import exact
from model.errors import FileError
from model.files.atomic import write_atomically

KINDS = {
    "png": "Export as PNG …",
    "svg": "Export as SVG …",
    "csv": "Export as CSV, all digits …",
    "txt": "Export as text …",
}
_POLL_MS = 5
_PNG_SCALE = 3  # pixels of the picture for one of the screen


class Exportable(Protocol):
    """What a plot does to become a file."""

    def picture_size(self) -> QSize:
        """px of the picture."""
        ...

    def draw(self, painter: QPainter, density: float) -> None:
        """Paint the picture; density: pixels of the file a px."""
        ...

    def text(self, kind: str) -> str:
        """The contents of a file of text, "csv" or "txt"."""
        ...

    def accessibleName(self) -> str:
        """What the picture is."""
        ...


def export_or_report(source: Exportable, kind: str, path: Path, document: Any) -> bool:
    """Write a file; where that fails, the document's message says why. While a picture is being
    compressed the window goes on painting; what is clicked or typed waits."""
    try:
        write(source, kind, path, _while_painting)
    except FileError as fault:
        document.report(fault)
        return False
    return True


def _at_once(work: Callable[[], object]) -> None:
    work()


def write(source: Exportable, kind: str, path: Path, run: Callable[..., None] = _at_once) -> None:
    """Write a plot as one of `KINDS`. The file is there as a whole or not at all. run: does what
    takes long.

    Raises: FileError where the file cannot be written; an old one stays as it was.
    """
    if kind == "png":
        content = png_of(source, run)
    else:
        content = svg_of(source) if kind == "svg" else source.text(kind).encode()
    write_atomically(path, content)


def png_of(source: Exportable, run: Callable[..., None] = _at_once) -> bytes:
    """The picture with three times the pixels of the screen, as a PNG file. run: does the
    compressing."""
    image = QImage(source.picture_size() * _PNG_SCALE, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(_PNG_SCALE)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    source.draw(painter, _PNG_SCALE)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    run(partial(image.save, buffer, "PNG"))
    return bytes(buffer.data().data())


def _while_painting(work: Callable[[], object]) -> None:
    """Do this on a thread of its own, and come back when it is done."""
    thread = threading.Thread(target=work, name="export", daemon=True)
    loop, timer = QEventLoop(), QTimer(interval=_POLL_MS)

    def look() -> None:
        if not thread.is_alive():
            loop.quit()

    timer.timeout.connect(look)
    thread.start()
    timer.start()
    loop.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
    timer.stop()
    thread.join()


def svg_of(source: Exportable) -> bytes:
    """The picture as an SVG file, with lines and letters as such."""
    from PySide6.QtSvg import QSvgGenerator

    size = source.picture_size()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(size)
    generator.setViewBox(QRectF(0, 0, size.width(), size.height()))
    generator.setTitle(source.accessibleName())
    painter = QPainter(generator)
    source.draw(painter, _PNG_SCALE)
    painter.end()
    return bytes(buffer.data().data())


def csv_text(about: str, rows: Iterable[Sequence[Any]]) -> str:
    """A table as CSV: a first line that says what it is, the head, the rows.

    A number is written with the digits that give the very same number back; None is an empty cell.
    """
    text = io.StringIO()
    text.write(f"# {about}\n")
    writer = csv.writer(text, lineterminator="\n")
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    return text.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else exact(value)

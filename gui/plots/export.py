"""A plot as a file: PNG and SVG as it is on the screen, CSV with every digit."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QBuffer, QIODevice, QRectF, QSize
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
    """Write a file; where that fails, the document's message says why."""
    try:
        write(source, kind, path)
    except FileError as fault:
        document.report(fault)
        return False
    return True


def write(source: Exportable, kind: str, path: Path) -> None:
    """Write a plot as one of `KINDS`. The file is there as a whole or not at all.

    Raises: FileError where the file cannot be written; an old one stays as it was.
    """
    pictures = {"png": png_of, "svg": svg_of}
    content = pictures[kind](source) if kind in pictures else source.text(kind).encode()
    write_atomically(path, content)


def png_of(source: Exportable) -> bytes:
    """The picture with three times the pixels of the screen, as a PNG file."""
    image = QImage(source.picture_size() * _PNG_SCALE, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(_PNG_SCALE)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    source.draw(painter, _PNG_SCALE)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(buffer.data().data())


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

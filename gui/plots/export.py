"""A chart as a file: PNG and SVG as it is on the screen, CSV with every digit."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QBuffer, QIODevice, QRectF, QSize
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QGraphicsView

from gui.plots.numbers import exact
from model.errors import FileError
from model.files.atomic import write_atomically

if TYPE_CHECKING:
    from gui.plots.chart import Chart
    from gui.plots.series import Curve

KINDS = {
    "png": "Export as PNG …",
    "svg": "Export as SVG …",
    "csv": "Export as CSV, all digits …",
}
_PNG_SCALE = 3  # pixels of the picture for one of the screen


def export_or_report(chart: Chart, kind: str, path: Path, document: Any) -> bool:
    """Write a file; where that fails, the document's message says why."""
    try:
        write(chart, kind, path)
    except FileError as fault:
        document.report(fault)
        return False
    return True


def write(chart: Chart, kind: str, path: Path) -> None:
    """Write a chart as "png", "svg" or "csv". The file is there as a whole or not at all.

    Raises: FileError where the file cannot be written; an old one stays as it was.
    """
    content = {"png": png_of, "svg": svg_of}[kind](chart) if kind != "csv" else csv_of(chart)
    write_atomically(path, content)


def png_of(view: QGraphicsView) -> bytes:
    """The picture with three times the pixels of the screen, as a PNG file."""
    size = view.viewport().size()
    image = QImage(size * _PNG_SCALE, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(_PNG_SCALE)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _render(view, painter, QRectF(0, 0, size.width(), size.height()))
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(buffer.data().data())


def svg_of(view: QGraphicsView) -> bytes:
    """The picture as an SVG file, with lines and letters as such."""
    from PySide6.QtSvg import QSvgGenerator

    size: QSize = view.viewport().size()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(size)
    generator.setViewBox(QRectF(0, 0, size.width(), size.height()))
    generator.setTitle(view.accessibleName())
    painter = QPainter(generator)
    _render(view, painter, QRectF(0, 0, size.width(), size.height()))
    painter.end()
    return bytes(buffer.data().data())


def _render(view: QGraphicsView, painter: QPainter, target: QRectF) -> None:
    view.render(painter, target, view.viewport().rect())


def csv_of(chart: Chart) -> bytes:
    """All kept points: one row a step, columns of each curve; a first line says what they are.

    A number is written with the digits that give the very same number back. A cell is empty where
    a curve has no point at that step.
    """
    text = io.StringIO()
    text.write(f"# {comment(chart.curves)}\n")
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["step", *(name for curve in chart.curves for name in _columns(curve))])
    places = [{int(step): i for i, step in enumerate(curve.view.steps)} for curve in chart.curves]
    for step in sorted(set().union(*places)) if places else ():
        row: list[str] = [str(step)]
        for curve, place in zip(chart.curves, places, strict=True):
            index = place.get(step)
            cells = (np.asarray(values) for values in _values(curve))
            row.extend("" if index is None else exact(cell[index]) for cell in cells)
        rows.writerow(row)
    return text.getvalue().encode()


def comment(curves: tuple[Curve, ...]) -> str:
    """What the columns are, in one line."""
    parts = []
    for curve in curves:
        stride = curve.view.stride
        kept = (
            "every kept point is one step"
            if stride == 1
            else f"each row is the mean, the least and the greatest of {stride} steps"
        )
        parts.append(f"{curve.key}: {curve.letters}, {curve.name} (stride {stride}: {kept})")
    return "; ".join(parts)


def _columns(curve: Curve) -> list[str]:
    if curve.view.stride == 1:
        return [curve.key]
    return [f"{curve.key} mean", f"{curve.key} low", f"{curve.key} high"]


def _values(curve: Curve) -> tuple[Any, ...]:
    view = curve.view
    return (view.mean,) if view.stride == 1 else (view.mean, view.low, view.high)

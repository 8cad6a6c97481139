"""Charts as files: pictures that open, tables with every digit."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QByteArray, QTimer
from PySide6.QtGui import QImage
from PySide6.QtSvg import QSvgRenderer

from gui.plots import export
from gui.plots.export_menu import ExportMenu
from gui.widgets.file_dialog import FileDialog
from model.errors import FileError
from tests.gui.plots import fakes

Make = Callable[..., Any]


@pytest.fixture
def panel(make: Make) -> Any:
    found = make("loss")
    found.controller.send(fakes.snapshot())
    return found


def rows_of(path: Path) -> list[dict[str, str]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def test_csv_gives_the_very_same_numbers_back(panel: Any, tmp_path: Path) -> None:
    export.write(panel.chart, "csv", tmp_path / "loss.csv")
    rows = rows_of(tmp_path / "loss.csv")
    sent = panel.latest.curves
    assert [float(row["loss"]) for row in rows] == sent["loss"].mean.tolist()
    assert [int(row["step"]) for row in rows] == sent["loss"].steps.tolist()
    measured = [float(row["val_loss"]) for row in rows if row["val_loss"]]
    assert measured == sent["val_loss"].mean.tolist()


def test_csv_says_what_its_columns_are_and_how_many_steps_a_row_stands_for(
    make: Make, tmp_path: Path
) -> None:
    panel = make("loss")
    view = fakes.curve([8, 16], [0.1 + 0.2, 1 / 3], stride=8, spread=0.25)
    panel.controller.send(fakes.snapshot(16, curves={"loss": view}))
    export.write(panel.chart, "csv", tmp_path / "loss.csv")
    first = (tmp_path / "loss.csv").read_text(encoding="utf-8").splitlines()[0]
    assert "loss: J, train, dropout on (stride 8" in first
    row = rows_of(tmp_path / "loss.csv")[0]
    assert float(row["loss mean"]) == 0.1 + 0.2
    assert float(row["loss low"]) == view.low[0]
    assert float(row["loss high"]) == view.high[0]


def test_png_has_three_pixels_for_one_of_the_screen(panel: Any, tmp_path: Path) -> None:
    export.write(panel.chart, "png", tmp_path / "loss.png")
    image = QImage(str(tmp_path / "loss.png"))
    size = panel.chart.viewport().size()
    assert (image.width(), image.height()) == (3 * size.width(), 3 * size.height())
    colors = {image.pixel(x, y) for x in range(0, image.width(), 3) for y in range(0, 500, 5)}
    assert len(colors) > 10


def test_svg_is_valid_and_holds_letters_and_lines(panel: Any, tmp_path: Path) -> None:
    export.write(panel.chart, "svg", tmp_path / "loss.svg")
    content = (tmp_path / "loss.svg").read_bytes()
    assert QSvgRenderer(QByteArray(content)).isValid()
    text = content.decode()
    assert "train, dropout on" in text
    assert "<poly" in text or "<path" in text or "<line" in text


def test_a_place_that_cannot_be_written_is_one_clear_message(panel: Any, tmp_path: Path) -> None:
    target = tmp_path / "no such folder" / "loss.csv"
    with pytest.raises(FileError, match="no such folder is not there"):
        export.write(panel.chart, "csv", target)
    assert not export.export_or_report(panel.chart, "csv", target, panel.document)
    assert len(panel.document.faults) == 1


def test_an_empty_chart_can_be_exported(make: Make, tmp_path: Path) -> None:
    chart = make("loss").chart
    for kind in export.KINDS:
        export.write(chart, kind, tmp_path / f"empty.{kind}")
        assert (tmp_path / f"empty.{kind}").stat().st_size > 0


def test_the_menu_writes_the_file_that_was_chosen(
    panel: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "chosen.csv"
    monkeypatch.setattr(FileDialog, "ask", lambda _self, _name: target)
    monkeypatch.setattr(ExportMenu, "folder", None)
    action = next(a for a in panel.menu.menu.actions() if a.objectName() == "loss_export_csv")
    action.trigger()
    assert target.exists()
    assert ExportMenu.folder == tmp_path, "the next export begins here"


SENT: dict[str, dict[str, Any]] = {
    "masks": {},
    "predictions": {"predictions": fakes.digits()},
    "boundary": {"boundary": fakes.plane(2)},
    "histograms": {"histograms": fakes.histograms()},
    "confusion": {"predictions": fakes.digits()},
    "codes": {"codes": fakes.codes()},
    "latent": {"latent": fakes.latent()},
}


@pytest.mark.parametrize("key", SENT)
def test_every_plot_is_written_as_picture_drawing_and_table(
    key: str, make: Make, tmp_path: Path
) -> None:
    panel = make(key)
    panel.controller.send(fakes.snapshot(**SENT[key]))
    source = panel.export_source()
    before = source.grab().toImage()
    for kind in panel.exports:
        export.write(source, kind, tmp_path / f"plot.{kind}")
    image = QImage(str(tmp_path / "plot.png"))
    assert image.width() == 3 * source.width()
    points = [(x, y) for x in range(0, image.width(), 4) for y in range(0, image.height(), 4)]
    assert len({image.pixel(*point) for point in points}) > 10
    assert QSvgRenderer(QByteArray((tmp_path / "plot.svg").read_bytes())).isValid()
    rows = rows_of(tmp_path / "plot.csv")
    assert rows
    assert not any(None in row for row in rows), "as many cells as the head has"
    assert source.grab().toImage() == before, "the screen is left as it was"


def test_tables_hold_the_very_numbers_of_the_picture(make: Make, tmp_path: Path) -> None:
    path = tmp_path / "plot.csv"
    found = {"codes": fakes.codes(), "boundary": fakes.fitted(), "predictions": fakes.remade()}
    codes, boundary, made = found.values()
    for key, check in (
        ("codes", lambda row: float(row["neuron 1"]) == codes.points[0, 1]),
        ("boundary", lambda row: float(row["output 0"]) == boundary.values[0, 0]),
        ("predictions", lambda row: float(row["output"]) == made.outcomes[0, 0]),
    ):
        panel = make(key)
        panel.controller.send(fakes.snapshot(**found))
        export.write(panel.export_source(), "csv", path)
        assert check(rows_of(path)[0])


def test_written_texts_are_exported_as_they_are_read(make: Make, tmp_path: Path) -> None:
    panel = make("samples")
    panel.controller.send(fakes.snapshot(samples=fakes.sample()))
    assert panel.exports == ("txt",)
    export.write(panel.export_source(), "txt", tmp_path / "texts.txt")
    text = (tmp_path / "texts.txt").read_text(encoding="utf-8")
    assert text == "[epoch 4, step 220, T = 0.7]\nShall I thou art <more> lovely\n"


def test_an_empty_plot_says_in_its_menu_why_nothing_can_be_exported(make: Make) -> None:
    panel = make("codes")
    panel.menu.menu.aboutToShow.emit()
    actions = [a for a in panel.menu.menu.actions() if "_export_" in a.objectName()]
    assert len(actions) == 3
    assert not any(action.isEnabled() for action in actions)
    assert all("press Run" in action.toolTip() for action in actions)
    panel.controller.send(fakes.snapshot(codes=fakes.codes()))
    panel.menu.menu.aboutToShow.emit()
    assert all(action.isEnabled() for action in actions)


def test_while_a_large_picture_is_compressed_the_window_lives(panel: Any, tmp_path: Path) -> None:
    alive = []
    timer = QTimer(interval=0)
    timer.timeout.connect(lambda: alive.append(True))
    timer.start()
    panel.chart.resize(1200, 900)
    panel.chart.grab()
    source = panel.export_source()
    assert export.export_or_report(source, "png", tmp_path / "large.png", None)
    timer.stop()
    assert alive
    export.write(source, "png", tmp_path / "again.png")
    assert (tmp_path / "large.png").read_bytes() == (tmp_path / "again.png").read_bytes()

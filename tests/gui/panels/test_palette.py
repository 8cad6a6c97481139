"""The palette: walking by keys, dragging, folding, examples, the rail."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDrag
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from gui import theme
from gui.document import Document
from gui.palette import LAYER_MIME, PalettePanel, find_layers
from gui.palette.drag import card_pixmap, make_drag
from gui.palette.entries import entries, entries_by_category, entry_of
from gui.palette.search import shapes_line
from model import files
from model.layers import LAYERS


@pytest.fixture
def palette(qtbot: QtBot, document: Document) -> PalettePanel:
    panel = PalettePanel(document)
    qtbot.addWidget(panel)
    panel.resize(232, 800)
    panel.show()
    return panel


def test_nonsense_finds_nothing_and_says_so(palette: PalettePanel) -> None:
    assert find_layers("qqq") == []
    palette.layers.search.set_text("qqq")
    assert palette.layers.tree.shown_tags() == []
    assert palette.layers._nothing.isVisible()
    palette.layers.search.set_text("")
    assert palette.layers.tree.shown_tags() == list(entries())
    assert not palette.layers._nothing.isVisible()


def test_every_registered_layer_stands_in_the_palette_once(palette: PalettePanel) -> None:
    shown = palette.layers.tree.shown_tags()
    assert sorted(tag for tag in shown if tag in LAYERS) == sorted(LAYERS)
    listed = [entry.key for members in entries_by_category().values() for entry in members]
    assert sorted(listed) == sorted(shown)


def test_ready_made_choices_stand_behind_their_layer(palette: PalettePanel) -> None:
    shown = palette.layers.tree.shown_tags()
    operations = [tag for tag in shown if tag.startswith("function:")]
    assert len(operations) == len(LAYERS["function"].presets())
    start = shown.index("function")
    assert shown[start + 1 : start + 1 + len(operations)] == operations
    assert entry_of("function:log").layer == LAYERS["function"](formula="log(x)")
    palette.layers.tree.select_tag("function:Squared error")
    assert palette.layers.footer._title.text() == "Squared error"


@pytest.mark.parametrize("tag", LAYERS)
def test_every_layer_explains_itself_at_the_bottom(palette: PalettePanel, tag: str) -> None:
    palette.layers.tree.select_tag(tag)
    footer = palette.layers.footer
    assert footer._title.text() == LAYERS[tag].title
    assert len(footer._line.text()) > 10
    assert shapes_line(LAYERS[tag])


def test_on_a_low_window_the_list_has_the_room_of_the_lines_below_it(
    palette: PalettePanel, qtbot: QtBot
) -> None:
    footer = palette.layers.footer
    qtbot.waitUntil(footer.isVisible)
    palette.resize(232, 400)
    qtbot.waitUntil(lambda: not footer.isVisible())
    assert palette.layers.tree._items["dense"].toolTip(0).startswith("Dense: ")


def test_shapes_are_read_from_the_docstring() -> None:
    assert shapes_line(LAYERS["dense"]) == "(B, n_in) → (B, units)"
    assert shapes_line(LAYERS["relu"]) == "(B, ...) → same"


@pytest.mark.parametrize("tag", LAYERS)
def test_a_drag_carries_the_tag_and_a_small_card(palette: PalettePanel, tag: str) -> None:
    drag = make_drag(palette.layers.tree, tag)
    assert bytes(drag.mimeData().data(LAYER_MIME).data()) == tag.encode()
    assert not drag.pixmap().isNull()
    drag.deleteLater()


def test_dragging_a_row_starts_a_drag_of_its_layer(
    palette: PalettePanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    carried = []

    def no_loop(drag: QDrag, _action: Qt.DropAction) -> Qt.DropAction:
        carried.append(bytes(drag.mimeData().data(LAYER_MIME).data()))
        return Qt.DropAction.IgnoreAction

    monkeypatch.setattr(QDrag, "exec", no_loop)
    palette.layers.tree.select_tag("batch_norm")
    palette.layers.tree.startDrag(Qt.DropAction.CopyAction)
    assert carried == [b"batch_norm"]


def test_the_small_card_keeps_its_size_on_a_dense_screen(qtbot: QtBot) -> None:
    once, twice = card_pixmap("dense", 1.0), card_pixmap("dense", 2.0)
    assert twice.deviceIndependentSize().width() == pytest.approx(
        once.deviceIndependentSize().width(), abs=1
    )


def test_typing_and_enter_choose_the_best_match(palette: PalettePanel, qtbot: QtBot) -> None:
    palette.focus_search()
    with qtbot.waitSignal(palette.layer_chosen, timeout=1000) as heard:
        qtbot.keyClicks(palette.layers.search.focusProxy(), "dropo")
        qtbot.keyClick(palette.layers.search.focusProxy(), Qt.Key.Key_Return)
    assert heard.args == ["dropout"]


def test_the_arrow_down_leads_into_the_list_and_up_back(
    palette: PalettePanel, qtbot: QtBot
) -> None:
    qtbot.waitExposed(palette)
    palette.focus_search()
    line = palette.layers.search.focusProxy()
    qtbot.keyClicks(line, "merge")
    qtbot.keyClick(line, Qt.Key.Key_Down)
    tree = palette.layers.tree
    assert palette.focusWidget() is tree
    first = tree.current_tag()
    qtbot.keyClick(tree, Qt.Key.Key_Down)
    assert tree.current_tag() not in ("", first)
    for _ in range(4):
        qtbot.keyClick(palette.focusWidget(), Qt.Key.Key_Up)
    assert palette.focusWidget() is line


def test_a_double_click_chooses_a_layer(palette: PalettePanel, qtbot: QtBot) -> None:
    tree = palette.layers.tree
    item = tree._items["relu"]
    tree.scrollToItem(item)
    spot = tree.visualItemRect(item).center()
    qtbot.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    with qtbot.waitSignal(palette.layer_chosen, timeout=1000) as heard:
        qtbot.mouseDClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert heard.args == ["relu"]


def test_a_click_folds_a_category_and_a_search_opens_it_again(
    palette: PalettePanel, qtbot: QtBot
) -> None:
    tree = palette.layers.tree
    group = tree.topLevelItem(1)
    spot = tree.visualItemRect(group).center()
    qtbot.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert not group.isExpanded()
    palette.layers.search.set_text("relu")
    assert group.isExpanded()
    palette.layers.search.set_text("")
    assert not group.isExpanded()


def test_what_a_person_folds_is_told_and_what_a_search_opens_is_not(
    palette: PalettePanel, qtbot: QtBot
) -> None:
    told: list[tuple[str, ...]] = []
    palette.folds_changed.connect(told.append)
    palette.set_folded(("conv",))
    palette.layers.search.set_text("cnn")
    palette.layers.search.set_text("")
    assert told == []
    palette.layers.blocks.heading.click()
    assert told == [("blocks", "conv")]
    tree = palette.layers.tree
    tree.topLevelItem(0).setExpanded(False)
    assert told[-1] == ("blocks", "conv", "data")


def test_examples_are_listed_and_the_open_one_is_marked(
    palette: PalettePanel, document: Document, qtbot: QtBot
) -> None:
    palette.show_examples()
    listing = palette.examples.listing
    found = files.examples()
    assert [listing.item(row).text() for row in range(listing.count())] == [
        example.title for example in found
    ]
    document.open(found[0].path)
    assert listing.is_open(0)
    assert not listing.is_open(1)
    document.new()
    assert not listing.is_open(0)


def test_enter_on_an_example_opens_it(palette: PalettePanel, qtbot: QtBot) -> None:
    palette.show_examples()
    listing = palette.examples.listing
    listing.setCurrentRow(1)
    with qtbot.waitSignal(palette.example_chosen, timeout=1000) as heard:
        qtbot.keyClick(listing, Qt.Key.Key_Return)
    assert heard.args == [files.examples()[1].path]
    assert isinstance(heard.args[0], Path)


def test_the_rail_chooses_layers_from_fly_out_menus(palette: PalettePanel, qtbot: QtBot) -> None:
    palette.set_rail(True)
    assert palette.maximumWidth() == theme.current().size("rail")
    assert not palette.tabs.isVisible()
    menu = palette.rail.menu("loss")
    assert isinstance(menu, QMenu)
    titles = [action.text() for action in menu.actions()]
    assert "Hinge" in titles
    with qtbot.waitSignal(palette.layer_chosen, timeout=1000) as heard:
        menu.actions()[titles.index("Hinge")].trigger()
    assert heard.args == ["hinge"]
    palette.focus_search()
    assert not palette.is_rail


@pytest.mark.parametrize("name", ["light", "dark", "projector"])
def test_the_palette_paints_in_every_theme(
    palette: PalettePanel, qtbot: QtBot, qapp: object, name: str
) -> None:
    theme.apply(qapp, name)  # type: ignore[arg-type]
    palette.layers.tree.select_tag("dropout")
    with qtbot.captureExceptions() as faults:
        palette.show_examples()
        palette.grab()
        palette.focus_search()
        palette.grab()
    assert not faults

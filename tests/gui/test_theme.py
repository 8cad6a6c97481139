"""Colours that can be read, icons that exist, fonts that load, in all three themes."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QFile, QSize
from PySide6.QtGui import QColor, QFontInfo, QImage, QPixmap
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui import theme
from gui.theme import Theme, tokens

EVERY_THEME = pytest.mark.parametrize("look", list(theme.THEMES.values()), ids=lambda t: t.name)

# foreground: the backgrounds it is written on
TEXT_PAIRS = {
    "text": ("window", "canvas", "surface", "sunken", "hover", "accentbg", "errbg", "warnbg"),
    "text2": ("canvas", "surface", "sunken", "hover"),
    "text3": ("canvas", "surface", "sunken", "hover", "accentbg"),
    "onaccent": ("accent", "accenttext"),
    "accenttext": ("surface", "accentbg"),
    "fwd": ("surface", "fwdbg", "sunken"),
    "bwd": ("surface", "bwdbg", "sunken"),
    "upd": ("surface", "updbg", "sunken"),
    "onphase": ("fwd", "bwd", "upd"),
    "pos": ("surface", "sunken"),
    "neg": ("surface", "sunken"),
    "ok": ("surface", "okbg"),
    "err": ("surface", "errbg"),
    "hitext": ("highlight",),
    "axis": ("plotbg",),
}

# Section 6 of the design tokens, and the three of the message bar.
ICON_TEXT = """
delta file-plus-outline folder-open-outline content-save-outline undo redo play pause step-forward
step-backward restart speedometer theme-light-dark presentation-play fullscreen-exit
arrow-right-bold arrow-left-bold swap-vertical-bold debug-step-into view-grid-outline
database-outline hub-outline scatter-plot-outline grid timeline-outline eye-outline merge
function-variant bullseye-arrow image-outline view-sequential-outline tag-outline
chart-line-variant sine-wave chart-bell-curve-cumulative chart-bell-curve format-line-spacing weight
magnify plus minus fit-to-screen-outline map-outline chevron-down chevron-left chevron-right
dots-vertical unfold-more-horizontal close content-copy code-tags numeric matrix memory
skip-previous skip-next check check-bold check-circle circle-outline play-circle pause-circle
eye-off-outline close-thick shield-check shield-check-outline school-outline
numeric-1-circle-outline numeric-2-circle-outline numeric-3-circle-outline
numeric-4-circle-outline numeric-5-circle-outline numeric-6-circle-outline chart-scatter-plot
information-outline alert-outline alert-circle-outline
"""


def _ink(image: QImage) -> int:
    """Count the pixels that are not clear."""
    image = image.convertToFormat(QImage.Format.Format_RGBA8888)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return int((pixels[:, 3::4] > 0).sum())


def _middle(picture: QPixmap) -> QColor:
    image = picture.toImage()
    return image.pixelColor(image.rect().center())


@EVERY_THEME
def test_every_text_can_be_read_on_every_ground_it_stands_on(look: Theme) -> None:
    too_pale = {
        (ink, ground): round(theme.contrast(look.color(ink), look.color(ground)), 2)
        for ink, grounds in TEXT_PAIRS.items()
        for ground in grounds
        if theme.contrast(look.color(ink), look.color(ground)) < 4.5
    }
    assert too_pale == {}


@EVERY_THEME
def test_curves_and_categories_stand_out_from_the_card(look: Theme) -> None:
    shades = [look.series(i) for i in range(5)]
    shades += [look.category(key) for key in theme.CATEGORY_ICONS]
    assert min(theme.contrast(shade, look.color("surface")) for shade in shades) >= 4.5


def test_no_two_curves_share_colour_dash_and_marker() -> None:
    look = theme.light
    looks = {(look.series(i).name(), *look.series_dash(i), look.series_symbol(i)) for i in range(5)}
    assert len(looks) == 5
    assert len({tuple(look.series_dash(i)) for i in range(5)}) == 5


@EVERY_THEME
def test_controls_and_wires_have_outlines_that_can_be_seen(look: Theme) -> None:
    assert theme.contrast(look.color("border2"), look.color("surface")) >= 3
    assert theme.contrast(look.color("wire"), look.color("canvas")) >= 3


def test_contrast_is_that_of_the_standard() -> None:
    assert theme.contrast(QColor("black"), QColor("white")) == pytest.approx(21)
    # #777777 on white is 4.48 in every public WCAG calculator.
    assert theme.contrast(QColor("#777777"), QColor("white")) == pytest.approx(4.48, abs=0.005)


def test_ink_is_white_on_dark_tiles_and_near_black_on_pale_ones() -> None:
    assert theme.ink_on(QColor("#440154")) == QColor("#ffffff")
    assert theme.ink_on(QColor("#fde725")) == QColor("#141c28")


def test_a_wire_grows_with_the_error_term_and_doubles_on_a_projector() -> None:
    assert theme.light.wire_width(None) == 2.5
    assert theme.light.wire_width(0.0) == 2.5
    # log10(10 ** -2.825) + 3.3 = 0.475, half of 0.95: 2.5 + 3
    assert theme.light.wire_width(10**-2.825) == pytest.approx(5.5)
    assert theme.light.wire_width(1.0) == 8.5
    assert theme.projector.wire_width(1.0) == 17.0
    assert theme.light.wire_width(float("inf")) == 8.5
    assert theme.light.wire_width(float("nan")) == 2.5


@pytest.mark.parametrize(
    ("spelling", "key"),
    [
        ("Dense & activations", "dense"),
        ("Regularise & normalise", "regularise"),
        ("Convolution", "conv"),
        ("Scalar functions", "scalar"),
        ("loss", "loss"),
        ("Data", "data"),
        ("Activations", "dense"),
        ("", "scalar"),
    ],
)
def test_a_category_is_found_however_it_is_spelt(spelling: str, key: str) -> None:
    assert theme.category_key(spelling) == key


@pytest.mark.parametrize("name", ICON_TEXT.split())
def test_every_icon_of_the_design_exists_with_and_without_prefix(qapp: object, name: str) -> None:
    assert theme.has_icon(name)
    assert theme.has_icon("mdi6." + name)
    box = theme.outline(name).boundingRect()
    assert box.width() > 0.05
    assert -0.02 <= box.top() <= box.bottom() <= 1.02
    assert -0.02 <= box.left() <= box.right() <= 1.02


def test_an_icon_that_does_not_exist_is_refused_at_once(qapp: object) -> None:
    with pytest.raises(KeyError):
        theme.icon("no-such-icon-anywhere")


def test_an_icon_takes_the_colour_of_the_theme_that_is_on(qapp: QApplication) -> None:
    play = theme.icon("play", "accent")
    try:
        for name in ("light", "dark", "projector"):
            theme.apply(qapp, name)
            assert _middle(play.pixmap(QSize(32, 32))) == theme.THEMES[name].color("accent")
    finally:
        theme.apply(qapp, "light")


def test_a_disabled_icon_is_paler(qapp: QApplication) -> None:
    play = theme.icon("play", "text")
    normal = _middle(play.pixmap(QSize(32, 32)))
    disabled = _middle(play.pixmap(QSize(32, 32), play.Mode.Disabled))
    assert disabled.alpha() < normal.alpha()


def test_icon_pictures_are_crisp_on_dense_screens(qapp: QApplication) -> None:
    picture = theme.pixmap("grid", 20, QColor("red"), dpr=2.0)
    assert picture.size() == QSize(40, 40)
    assert picture.deviceIndependentSize().toSize() == QSize(20, 20)
    assert _ink(theme.app_icon().pixmap(QSize(32, 32)).toImage()) > 800


def test_the_shipped_fonts_load_and_are_used(qapp: QApplication) -> None:
    assert {"Inter", "JetBrains Mono"} <= set(theme.load_fonts())
    assert QFontInfo(theme.light.font("body")).family() == "Inter"
    assert QFontInfo(theme.light.font("chip")).family() == "JetBrains Mono"
    assert QFontInfo(theme.light.font("chip")).fixedPitch()


@EVERY_THEME
def test_every_role_has_a_font_of_its_size(qapp: QApplication, look: Theme) -> None:
    for role in tokens.FONT_ROLES:
        assert look.font(role).pixelSize() == look.px(role)
    least = min(look.px(role) for role in tokens.FONT_ROLES)
    assert least >= (20 if look.is_projector else 12)


@EVERY_THEME
def test_the_style_sheet_is_complete(qapp: QApplication, look: Theme) -> None:
    sheet = theme.stylesheet(look)
    assert "$" not in sheet
    assert sheet.count("{") == sheet.count("}")
    pictures = [part.split(")")[0] for part in sheet.split("url(")[1:]]
    assert pictures
    assert [path for path in pictures if not QFile.exists(path)] == []


def test_putting_on_a_theme_tells_everyone(qapp: QApplication, qtbot: QtBot) -> None:
    with qtbot.waitSignal(theme.notifier().changed) as heard:
        theme.apply(qapp, "dark")
    try:
        assert heard.args == [theme.dark]
        assert theme.current() is theme.dark
        assert qapp.style().name() == "fusion" or qapp.styleSheet()
        assert qapp.palette().color(qapp.palette().ColorRole.Text) == theme.dark.color("text")
    finally:
        theme.apply(qapp, "light")


def test_reduced_motion_stops_every_movement() -> None:
    assert theme.duration_ms("panel") == 160
    theme.set_reduced_motion(True)
    try:
        assert theme.duration_ms("panel") == 0
    finally:
        theme.set_reduced_motion(False)


@EVERY_THEME
def test_colour_maps_are_tables_of_256_colours(look: Theme) -> None:
    for table in (theme.activation_lut(look), theme.delta_lut(look), theme.ink_lut(look)):
        assert table.shape == (256, 3)
        assert table.dtype == np.uint8
        assert not table.flags.writeable
    assert np.array_equal(theme.activation_lut(look, signed=True), theme.delta_lut(look))
    assert theme.loss_lut(look).shape == (256, 3)


@EVERY_THEME
def test_zero_error_term_melts_into_the_card(look: Theme) -> None:
    middle = QColor(*map(int, theme.delta_lut(look)[128]))
    assert theme.contrast(middle, look.color("surface")) < 1.5


def test_images_are_ink_on_paper_and_light_on_dark() -> None:
    assert theme.ink_lut(theme.light)[0].min() > 240
    assert theme.ink_lut(theme.light)[255].max() < 30
    assert theme.ink_lut(theme.dark)[0].max() < 30

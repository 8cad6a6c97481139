"""The rules of the style sheet as templates; `$token` is filled by `gui.theme.stylesheet`."""

from __future__ import annotations

from typing import Final

_BASE = """
QWidget { color: $text; selection-background-color: $accentbg; selection-color: $accenttext; }
QMainWindow, QDialog { background: $surface; }
QMainWindow::separator { background: $gap_color; width: $gap; height: $gap; }
QMainWindow::separator:hover { background: $accent; }
QToolTip { color: $surface; background: $text; border: 1px solid $text; padding: 4px 6px;
  font-size: $px_caption; }
QStatusBar { background: $surface; color: $text2; border-top: $line solid $border;
  min-height: $size_statusbar; font-size: $px_caption; }
QStatusBar::item { border: none; }
QStatusBar QLabel { font-size: $px_caption; color: $text2; }
QToolBar, QToolButton, QPushButton, QTabBar, QAbstractItemView, QMenu { icon-size: $size_icon; }
QSplitter::handle { background: $border; }
QSplitter::handle:hover { background: $accent; }
QScrollArea { border: none; background: transparent; }
QGraphicsView { border: none; background: $canvas; }
QGroupBox { border: $line solid $border; border-radius: 8px; margin-top: $pad_wide;
  padding: $pad; font-weight: 600; }
QGroupBox::title { subcontrol-origin: margin; left: 10px; padding: 0 4px; color: $text2; }

QLabel { background: transparent; color: $text2; }
QLabel:disabled { color: $text3; }
QLabel[role="title"] { color: $text; font-size: $px_title; font-weight: 700; }
QLabel[role="headline"] { color: $text; }
QLabel[role="subline"] { color: $text3; }
QLabel[role="card"] { color: $text; font-size: $px_card; font-weight: 600; }
QLabel[role="strong"] { color: $text; font-weight: 600; }
QLabel[role="section"] { color: $text3; font-size: $px_section; font-weight: 600; }
QLabel[role="caption"] { color: $text3; font-size: $px_caption; }
QLabel[role="error"] { color: $err; font-size: $px_caption; }
QLabel[role="ok"] { color: $ok; font-size: $px_caption; }
QLabel[role="mono"] { color: $text; font-family: $mono; font-size: $px_mono; font-weight: 500; }
QLabel[role="hero"] { color: $text; font-family: $mono; font-size: $px_hero; font-weight: 700; }

QFrame[kind="card"] { background: $surface; border: $line solid $border;
  border-radius: $size_card_radius; }
QFrame[kind="sunken"] { background: $sunken; border: none; border-radius: $size_card_radius; }
QFrame[kind="line"] { background: $border; border: none; max-height: 1px; min-height: 1px; }
QFrame[kind="vline"] { background: $border; border: none; max-width: 1px; min-width: 1px; }
QWidget[kind="panel"], QFrame[kind="header"] { background: $surface; }
"""

_BUTTONS = """
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QPushButton { background: $surface; color: $text; border: $line solid $border;
  border-radius: $size_button_radius; padding: 0 $pad_wide; min-height: $control_inner;
  font-weight: 500; }
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $sunken; border-color: $border2; }
QPushButton:checked { background: $accentbg; color: $accenttext; border-color: $accent; }
QPushButton:disabled { color: $text3; background: $sunken; border-color: $border; }
QPushButton:focus { border: 2px solid $accent; padding: 0 $pad_wide; }
QPushButton[kind="primary"] { background: $accent; color: $onaccent; border-color: $accent;
  font-weight: 600; }
QPushButton[kind="primary"]:hover { background: $accenttext; border-color: $accenttext; }
QPushButton[kind="primary"]:focus { border: 2px solid $text; }
QPushButton[kind="primary"]:disabled { background: $sunken; color: $text3; border-color: $border; }
QPushButton[kind="danger"] { color: $err; border-color: $err; }
QPushButton[kind="danger"]:hover { background: $errbg; }
QPushButton[kind="flat"] { background: transparent; border-color: transparent; color: $text2; }
QPushButton[kind="flat"]:hover { background: $hover; }
QPushButton[kind="flat"]:focus { border-color: $accent; }
QPushButton::menu-indicator { image: $chevron_down; width: $mark; height: $mark;
  subcontrol-position: right center; right: 6px; }

QToolButton { background: transparent; color: $text2; border: $line solid transparent;
  border-radius: $size_button_radius; padding: 5px; font-weight: 500; }
QToolButton:hover { background: $hover; color: $text; }
QToolButton:pressed, QToolButton:open { background: $sunken; }
QToolButton:checked { background: $accentbg; color: $accenttext; border-color: $accentbg; }
QToolButton:disabled { color: $text3; }
QToolButton:focus { border: 2px solid $accent; padding: 4px; }
QToolButton[popupMode="1"] { padding-right: 28px; }
QToolButton::menu-button { border: none; border-left: $line solid $border; width: 26px;
  border-top-right-radius: $size_button_radius; border-bottom-right-radius: $size_button_radius; }
QToolButton::menu-button:hover { background: $hover; }
QToolButton::menu-arrow { image: $chevron_down; width: $mark; height: $mark; }
QToolButton::menu-indicator { image: none; }
QToolButton[kind="outlined"] { background: $surface; color: $text; border: $line solid $border;
  padding: 0 10px; min-height: $control_inner; }
QToolButton[kind="outlined"][popupMode="1"] { padding-right: 36px; }
QToolButton[kind="outlined"]:hover { background: $hover; }
QToolButton[kind="outlined"]:disabled { background: $sunken; color: $text3; }
QToolButton[kind="outlined"]:focus { border: 2px solid $accent; }
QToolButton[kind="outlined"]:checked { background: $accentbg; border-color: $accent; }
QToolButton[kind="primary"] { background: $accent; color: $onaccent; border: $line solid $accent;
  padding: 0 14px; min-height: $control_inner; font-weight: 600; }
QToolButton[kind="primary"]:hover { background: $accenttext; border-color: $accenttext; }
QToolButton[kind="primary"]:focus { border: 2px solid $text; }
QToolButton[kind="primary"]:disabled { background: $sunken; color: $text3; border-color: $border; }
"""

_CHIPS = """
QLabel[kind="chip"] { background: $sunken; color: $text2; border-radius: 8px; padding: 2px 8px;
  font-family: $mono; font-size: $px_chip; font-weight: 500; }
QLabel[kind="chip"][level="error"] { background: $errbg; color: $err; }
QLabel[kind="chip"][level="warn"] { background: $warn; color: $onphase; font-weight: 600; }
QLabel[kind="chip"][level="ok"] { background: $okbg; color: $ok; }
QLabel[kind="chip"][level="accent"] { background: $accentbg; color: $accenttext; }
QPushButton[kind="chip"], QToolButton[kind="chip"] { background: $surface; color: $text2;
  border: $line solid $border2; border-radius: 10px; padding: 1px 9px; min-height: 18px;
  font-size: $px_caption; }
QPushButton[kind="chip"]:checked, QToolButton[kind="chip"]:checked { background: $accentbg;
  color: $accenttext; border-color: $accent; }
QPushButton[kind="chip"]:focus, QToolButton[kind="chip"]:focus { border: 2px solid $accent;
  padding: 0 8px; }

QFrame[kind="segmented"] { background: $sunken; border: $line solid $border;
  border-radius: $size_button_radius; }
QFrame[kind="segmented"]:disabled { border-color: $sunken; }
QToolButton[kind="segment"] { background: transparent; color: $text2; border: 2px solid transparent;
  border-radius: $size_button_radius; padding: 0 10px; }
QToolButton[kind="segment"]:hover { background: $hover; }
QToolButton[kind="segment"]:checked { background: $surface; color: $accenttext;
  border: 2px solid $accent; font-weight: 600; }
QToolButton[kind="segment"]:disabled { color: $text3; }
QToolButton[kind="segment"]:checked:disabled { border-color: $border2; color: $text3; }
QToolButton[kind="segment"]:focus { background: $accentbg; }

QLabel[kind="pill"], QToolButton[kind="pill"] { background: $sunken; color: $text3;
  border: none; border-radius: 17px; padding: 0 16px; min-height: 34px; font-weight: 600; }
QToolButton[kind="pill"]:focus { border: 2px solid $accent; padding: 0 14px; min-height: 30px; }
QLabel[phase="forward"][lit="true"], QToolButton[phase="forward"][lit="true"] {
  background: $fwd; color: $onphase; }
QLabel[phase="backward"][lit="true"], QToolButton[phase="backward"][lit="true"] {
  background: $bwd; color: $onphase; }
QLabel[phase="update"][lit="true"], QToolButton[phase="update"][lit="true"] {
  background: $upd; color: $onphase; }
"""

_FIELDS = """
QLineEdit, QAbstractSpinBox, QComboBox, QPlainTextEdit, QTextEdit { background: $surface;
  color: $text; border: $line solid $border2; border-radius: $size_field_radius; }
QLineEdit, QAbstractSpinBox, QComboBox { padding: 0 8px; min-height: $field_inner; }
QLineEdit:hover, QAbstractSpinBox:hover, QComboBox:hover { border-color: $text3; }
QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus, QPlainTextEdit:focus, QTextEdit:focus {
  border: 2px solid $accent; }
QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus { padding: 0 7px;
  min-height: $field_focus; }
QLineEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled, QPlainTextEdit:disabled {
  background: $sunken; color: $text3; border-color: $border; }
QLineEdit[invalid="true"], QAbstractSpinBox[invalid="true"] { border: 2px solid $err;
  padding: 0 7px; min-height: $field_focus; }
QPlainTextEdit[kind="code"] { background: $sunken; border: 2px solid $sunken; }
QPlainTextEdit[kind="code"]:focus { border-color: $accent; }
QLineEdit[mono="true"], QAbstractSpinBox { font-family: $mono; font-size: $px_mono;
  font-weight: 500; }
QAbstractSpinBox { padding-right: $mark; }
QAbstractSpinBox QLineEdit, QComboBox QLineEdit, QAbstractSpinBox QLineEdit:focus,
QComboBox QLineEdit:focus { border: none; padding: 0; min-height: 0; background: transparent; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { subcontrol-origin: border;
  border: none; background: transparent; width: $spin_width; height: $spin_half;
  margin-right: 3px; }
QAbstractSpinBox::up-button { subcontrol-position: top right; margin-top: 2px; }
QAbstractSpinBox::down-button { subcontrol-position: bottom right; margin-bottom: 2px; }
QAbstractSpinBox::up-button:hover, QAbstractSpinBox::down-button:hover { background: $hover;
  border-radius: 3px; }
QAbstractSpinBox::up-arrow { image: $chevron_up; width: $mark_small; height: $mark_small; }
QAbstractSpinBox::down-arrow { image: $chevron_down; width: $mark_small; height: $mark_small; }
QComboBox { padding-right: $mark; }
QComboBox::drop-down { border: none; width: $mark; margin-right: 6px; }
QComboBox::down-arrow { image: $chevron_down; width: $mark; height: $mark; }
QComboBox QAbstractItemView { background: $surface; border: $line solid $border2; padding: 4px;
  outline: none; }
QComboBox QAbstractItemView::item { min-height: $size_item_row; }

QCheckBox, QRadioButton { spacing: 8px; color: $text; background: transparent;
  min-height: $size_item_row; border-radius: 4px; border: 2px solid transparent; }
QCheckBox:focus, QRadioButton:focus { border-color: $accent; }
QCheckBox:disabled, QRadioButton:disabled { color: $text3; }
QCheckBox::indicator, QRadioButton::indicator { width: $mark; height: $mark;
  border: 2px solid $border2; background: $surface; }
QCheckBox::indicator { border-radius: 5px; }
QRadioButton::indicator { border-radius: $radio_radius; }
QCheckBox::indicator:hover, QRadioButton::indicator:hover { border-color: $accent; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; image: $tick; }
QCheckBox::indicator:indeterminate { background: $accent; border-color: $accent; image: $dash; }
QRadioButton::indicator:checked { border-color: $accent; image: $dot; }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { border-color: $border; }
QCheckBox::indicator:checked:disabled { background: $text3; border-color: $text3; }

QSlider { min-height: $knob_full; background: transparent; }
QSlider::groove:horizontal { height: $groove; border-radius: 2px; background: $trough; }
QSlider::sub-page:horizontal { height: $groove; border-radius: 2px; background: $accent; }
QSlider::handle:horizontal { width: $knob; height: $knob; margin: $knob_out 0;
  border: 2px solid $accent; border-radius: $knob_radius; background: $surface; }
QSlider::handle:horizontal:hover { background: $accentbg; }
QSlider::handle:horizontal:focus { background: $accentbg; border-color: $text; }
QSlider::sub-page:horizontal:disabled { background: $trough_off; }
QSlider::handle:horizontal:disabled { border-color: $border2; }
QProgressBar { background: $sunken; border: none; border-radius: 4px; min-height: 8px;
  max-height: 8px; color: transparent; }
QProgressBar::chunk { background: $accent; border-radius: 4px; }
"""

PARTS: Final = (_BASE, _BUTTONS, _CHIPS, _FIELDS)

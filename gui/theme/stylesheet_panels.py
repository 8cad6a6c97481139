"""The style sheet's rules for bars, docks, tabs, menus, lists and messages, as templates."""

from __future__ import annotations

from typing import Final

_BARS = """
QToolBar { background: $surface; border: none; border-bottom: $line solid $border;
  min-height: $size_toolbar_inner; padding: 0 8px; spacing: 6px; }
QToolBar::separator { background: $border; width: 1px; margin: 6px 8px; }
QToolBar QToolButton { min-height: 24px; min-width: 24px; }
QToolButton[kind="heading"] { color: $text; font-weight: 600; padding: 3px 4px; }
QMenuBar { background: $surface; color: $text2; border-bottom: $line solid $border; }
QMenuBar::item { padding: 5px 10px; background: transparent; border-radius: 6px; }
QMenuBar::item:selected { background: $hover; color: $text; }
QMenu { background: $surface; color: $text; border: $line solid $border2; padding: 6px; }
QMenu::item { padding: 6px 28px 6px 10px; border-radius: 5px; min-height: $menu_item; }
QMenu::item:selected { background: $accentbg; color: $accenttext; }
QMenu::item:disabled { color: $text3; background: transparent; }
QMenu::icon { padding-left: 8px; }
QMenu::separator { height: 1px; background: $border; margin: 6px 4px; }
QMenu::right-arrow { image: $chevron_right; width: $mark; height: $mark; }

QDockWidget { color: $text; font-weight: 600; titlebar-close-icon: $close;
  titlebar-normal-icon: $float; }
QDockWidget::title { background: $surface; padding: 8px 12px; text-align: left;
  border-bottom: $line solid $border; }
QDockWidget::close-button, QDockWidget::float-button { border: none; background: transparent;
  border-radius: 4px; padding: 0; icon-size: $mark; }
QDockWidget::close-button:hover, QDockWidget::float-button:hover { background: $hover; }

QTabWidget::pane { border: none; background: $surface; }
QTabBar { background: $surface; qproperty-drawBase: 0; }
QTabBar::tab { background: transparent; color: $text2; border: none;
  border-bottom: 3px solid transparent; padding: 0 12px; min-height: $tab_inner; }
QTabBar::tab:hover { color: $text; background: $hover; }
QTabBar::tab:selected { color: $text; border-bottom-color: $accent; font-weight: 600; }
QTabBar::tab:focus { color: $accenttext; background: $accentbg; }
QTabBar::tab:disabled { color: $text3; }
QTabBar::close-button { image: $close; }
QTabBar::scroller { width: $scroller; }
QTabBar QToolButton { background: $surface; padding: 0; border: $line solid $border; }
QTabBar QToolButton::left-arrow { image: $chevron_left; width: $mark; height: $mark; }
QTabBar QToolButton::right-arrow { image: $chevron_right; width: $mark; height: $mark; }
"""

_LISTS = """
QAbstractItemView { background: $surface; color: $text2; border: none; outline: none;
  alternate-background-color: $sunken; }
QAbstractItemView::item { padding: 2px 6px; border: none; }
QListView::item, QTreeView::item { min-height: $item_inner; border-radius: 6px; }
QAbstractItemView::item:hover { background: $hover; color: $text; }
QAbstractItemView::item:selected { background: $accentbg; color: $accenttext; }
QListView::item:selected:focus, QTreeView::item:selected:focus { border: 2px solid $accent;
  padding: 0 4px; }
QTreeView { show-decoration-selected: 0; }
QTreeView::branch { background: $surface; }
QTreeView::branch:has-children:!has-siblings:closed,
QTreeView::branch:closed:has-children:has-siblings { image: $chevron_right; }
QTreeView::branch:open:has-children:!has-siblings,
QTreeView::branch:open:has-children:has-siblings { image: $chevron_down; }
QHeaderView { background: $surface; }
QHeaderView::section { background: $surface; color: $text3; border: none;
  border-bottom: $line solid $border; padding: 4px 6px; font-size: $px_caption; font-weight: 600; }
QTableCornerButton::section { background: $surface; border: none; }
QTableView { gridline-color: $border; }
QTableView::item { padding: 2px 3px; }
QAbstractScrollArea::corner { background: transparent; border: none; }

QScrollBar { background: transparent; border: none; margin: 0; }
QScrollBar:vertical { width: $scroll; }
QScrollBar:horizontal { height: $scroll; }
QScrollBar::handle { background: $wire; border-radius: 3px; border: none; margin: 3px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: $text3; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; border: none; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
"""

_MESSAGES = """
QFrame[kind="message"] { border: $line solid $accent; border-radius: $size_button_radius;
  background: $accentbg; }
QFrame[kind="message"][level="warn"] { background: $warnbg; border-color: $warn; }
QFrame[kind="message"][level="error"] { background: $errbg; border-color: $err; }
QFrame[kind="message"] QLabel { color: $text; font-weight: 500; }
QFrame[kind="message"] QPushButton { min-height: $message_button; padding: 0 10px; }
QFrame[kind="timestrip"] QLineEdit, QFrame[kind="timestrip"] QLineEdit:focus {
  min-height: $message_button; padding: 0 6px; }
QFrame[kind="message"] QPushButton:focus { border: 2px solid $accent; }

QFrame[kind="choice"] { background: $surface; border: $line solid $border;
  border-radius: $size_button_radius; }
QFrame[kind="choice"]:hover { background: $hover; }
QFrame[kind="choice"][chosen="true"] { background: $accentbg; border: 2px solid $accent; }
QFrame[kind="choice"]:disabled { background: $sunken; }
QFrame[kind="choice"] QRadioButton { font-weight: 600; }
QFrame[kind="search"] { background: $surface; border: $line solid $border2;
  border-radius: $size_field_radius; }
QFrame[kind="search"][active="true"] { border: 2px solid $accent; }
QFrame[kind="search"] QLineEdit, QFrame[kind="search"] QLineEdit:focus { border: none;
  background: transparent; padding: 0; min-height: $field_focus; }
"""

PARTS: Final = (_BARS, _LISTS, _MESSAGES)

"""The four views at the right while debugging: picture, formula, NumPy lines, numbers."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QGuiApplication, QPainter, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from gui import theme
from gui.debugger.moment import Moment
from gui.debugger.session import DebugSession
from gui.debugger.views.code_view import CodeView
from gui.debugger.views.formula_view import FormulaView
from gui.debugger.views.numbers_view import NumbersView
from gui.debugger.views.picture_view import PictureView
from gui.debugger.views.pointing import Pointing
from gui.debugger.views.section import Section
from gui.debugger.views.style_button import StyleButton
from gui.debugger.views.term_canvas import TermCanvas
from gui.debugger.views.term_switch import TermSwitch
from gui.inspector.pieces import caption
from gui.settings import Settings
from gui.theme import Theme

_NOTHING = "Nothing is computed yet. F10 does the first operation."
_COPY_SCALE = 2.0


class OperationViews(QWidget):
    """What the operation that was done last has computed, in four ways that light up together."""

    def __init__(self, session: DebugSession, settings: Settings | None = None) -> None:
        super().__init__()
        self.setObjectName("operation_views")
        self.setProperty("kind", "panel")
        self._session = session
        self._settings = settings if settings is not None else Settings()
        self.pointing = Pointing(session, self)
        self.switch = TermSwitch(session, self.pointing)
        self.picture = PictureView(session, self.pointing)
        self.formula = FormulaView(session, self.pointing)
        self.code = CodeView(session, self.pointing)
        self.numbers = NumbersView(session, self.pointing)
        self.views: tuple[TermCanvas, ...] = (
            self.picture,
            self.formula,
            self.code,
            self.numbers,
        )
        self._nothing = caption(_NOTHING)
        self._nothing.setContentsMargins(16, 16, 16, 16)
        self._impossible = QLabel()
        self._impossible.setObjectName("debug_impossible")
        self._impossible.setProperty("role", "error")
        self._impossible.setWordWrap(True)
        self._impossible.setContentsMargins(16, 12, 16, 12)
        self.sections = self._make_sections()
        self._build()
        session.moved.connect(self._on_moved)
        session.described.connect(self.show_moment)
        session.closed.connect(self._on_closed)
        session.style_changed.connect(self._on_style_changed)
        theme.notifier().changed.connect(self._apply_theme)
        self._apply_theme(theme.current())
        self.show_moment(session.moment)

    def _make_sections(self) -> list[Section]:
        names = (
            ("picture", "Picture", "chart-line-variant", self.picture),
            ("formula", "Formula", "function-variant", self.formula),
            ("numpy", "NumPy", "code-tags", self.code),
            ("numbers", "Numbers", "numeric", self.numbers),
        )
        found = [Section(name, title, icon, view) for name, title, icon, view in names]
        picture, formula, code, numbers = found
        picture.add_button(
            "copy_picture", "content-copy", "Copy the picture to the clipboard", self.copy_picture
        )
        formula.add_button(
            "copy_formula_latex", "content-copy", "Copy the formulas as LaTeX", self.copy_latex
        )
        code.add_button(
            "copy_code_numpy", "content-copy", "Copy the lines as NumPy", self.copy_numpy
        )
        numbers.add_button(
            "copy_numbers_numpy",
            "content-copy",
            "Copy the numbers as NumPy arrays, with all digits",
            self.copy_numbers,
        )
        for section in found:
            name = section.objectName().replace("section", "debugger/fold")
            section.set_folded(self._settings.flag(name, False))
            section.folded.connect(self._on_folded)
        return found

    def _build(self) -> None:
        self._title = QLabel("Four views")
        self._title.setProperty("role", "card")
        self.style_button = StyleButton(self._session, self._settings)
        self.copy_button = self.style_button.sibling(
            "copy_views", "image-multiple-outline", "Copy all views as one picture"
        )
        self.copy_button.clicked.connect(self.copy_all)
        head = QHBoxLayout()
        head.setContentsMargins(16, 6, 8, 2)
        head.setSpacing(4)
        head.addWidget(self._title, 1)
        head.addWidget(self.copy_button)
        head.addWidget(self.style_button)
        bar = QHBoxLayout()
        bar.setContentsMargins(12, 2, 12, 8)
        bar.addWidget(self.switch)
        self._page = QWidget()
        self._page.setProperty("kind", "panel")
        inside = QVBoxLayout(self._page)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(0)
        inside.addWidget(self._nothing)
        inside.addWidget(self._impossible)
        for section in self.sections:
            inside.addWidget(section)
        inside.addStretch(1)
        self._area = QScrollArea()
        self._area.setObjectName("views_area")
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(self._page)
        line = QFrame()
        line.setProperty("kind", "line")
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addLayout(head)
        rows.addLayout(bar)
        rows.addWidget(line)
        rows.addWidget(self._area, 1)

    def sizeHint(self) -> QSize:
        """Wide enough for a row of tiles, px."""
        return QSize(round(440 * min(theme.current().scale, 1.3)), 600)

    def minimumSizeHint(self) -> QSize:
        """Room for the switch and for short formulas, px."""
        return QSize(round(310 * min(theme.current().scale, 1.2)), 200)

    # what is shown

    @Slot(object)
    def _on_moved(self, moment: Moment) -> None:
        """At once; words and pictures follow."""
        self.switch.show_moment(moment)
        if moment.last is None:
            self.show_moment(moment)

    @Slot(object)
    def show_moment(self, moment: Moment | None) -> None:
        """All views of an operation."""
        has_view = moment is not None and moment.view is not None
        self._nothing.setVisible(not has_view)
        found = moment.impossible if moment is not None else None
        self._impossible.setVisible(found is not None)
        if found is not None:
            self._impossible.setText(str(found.error(self._session.style)))
        for section in self.sections:
            section.setVisible(has_view)
        for view in self.views:
            view.show_moment(moment)
        self.copy_button.setEnabled(has_view)

    @Slot()
    def _on_closed(self) -> None:
        """Let the numbers go."""
        self.pointing.hold("")
        self.show_moment(None)

    @Slot(object)
    def _on_style_changed(self, _style: object) -> None:
        for view in self.views:
            view.refresh()

    # copying

    @Slot()
    def copy_latex(self) -> None:
        """The formulas, general and with numbers."""
        QGuiApplication.clipboard().setText(self.formula.latex())

    @Slot()
    def copy_numpy(self) -> None:
        """The lines of the engine."""
        QGuiApplication.clipboard().setText(self.code.source())

    @Slot()
    def copy_numbers(self) -> None:
        """The arrays of the equations."""
        QGuiApplication.clipboard().setText(self.numbers.numpy())

    @Slot()
    def copy_picture(self) -> None:
        """The picture, twice as fine as on the screen."""
        QGuiApplication.clipboard().setPixmap(self.picture.picture(_COPY_SCALE))

    @Slot()
    def copy_all(self) -> None:
        """All views that are not folded away, one below the other."""
        shown = [each.view for each in self.sections if not each.is_folded and each.isVisible()]
        views = [view for view in shown if isinstance(view, TermCanvas)]
        if not views:
            return
        margin = 16
        width = max(view.width() for view in views) + 2 * margin
        height = sum(view.height() + margin for view in views) + margin
        found = QPixmap(QSize(width, height) * _COPY_SCALE)
        found.setDevicePixelRatio(_COPY_SCALE)
        found.fill(theme.current().color("surface"))
        painter = QPainter(found)
        y = margin
        for view in views:
            painter.drawPixmap(margin, y, view.picture(_COPY_SCALE))
            y += view.height() + margin
        painter.end()
        QGuiApplication.clipboard().setPixmap(found)

    # Qt

    @Slot(bool)
    def _on_folded(self, is_folded: bool) -> None:
        section = self.sender()
        if isinstance(section, Section):
            name = section.objectName().replace("section", "debugger/fold")
            self._settings.set_flag(name, is_folded)

    @Slot(object)
    def _apply_theme(self, look: Theme) -> None:
        self.updateGeometry()

"""The verdict of the numeric check below a Jacobian: agrees, agrees but for kinks, or does not."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout

from gui import theme
from gui.inspector.pieces import caption
from gui.labs.jacobian_map import Map
from model.analysis.jacobian_check import JacobianCheck
from model.teaching.number_style import NumberStyle

_ICONS = {
    "ok": ("shield-check", "ok", "numeric Jacobian agrees"),
    "kink": ("shield-check-outline", "bwd", "agrees, but for a kink"),
    "wrong": ("close-thick", "err", "numeric Jacobian differs"),
    "": ("shield-check-outline", "text3", "checking with differences …"),
}
_STYLE = NumberStyle(digits=6)


class CheckBadge(QFrame):
    """Icon, verdict, largest relative error and the entry where it is."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("jacobian_check")
        self.setProperty("kind", "panel")
        self._mark = QLabel()
        self.verdict = QLabel()
        self.verdict.setObjectName("jacobian_verdict")
        self.error = QLabel()
        self.error.setObjectName("jacobian_error")
        self.error.setTextFormat(Qt.TextFormat.PlainText)
        for label in (self.verdict, self.error):
            label.setWordWrap(True)
        self.place = caption()
        self.place.setObjectName("jacobian_error_place")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 10, 16, 10)
        row.setSpacing(12)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(2)
        for label in (self.verdict, self.error, self.place):
            words.addWidget(label)
        row.addLayout(words, 1)
        self._check: JacobianCheck | None = None
        self._map: Map | None = None
        self._last = ""
        theme.notifier().changed.connect(self._dress)
        self.show_waiting()

    def show_waiting(self) -> None:
        """It is being worked out."""
        self._check, self._last = None, ""
        self.show()
        self._dress()

    def show_none(self) -> None:
        """Nothing is checked here."""
        self._check = None
        self.hide()

    def show_check(self, check: JacobianCheck, shown: Map) -> None:
        """Show the verdict."""
        self._check, self._map, self._last = check, shown, check.verdict
        self.show()
        self._dress()

    def _dress(self, *_look: object) -> None:
        look = theme.current()
        icon, token, words = _ICONS[self._last]
        side = round(look.size("icon") * 1.4)
        self._mark.setPixmap(theme.icon(icon, token).pixmap(QSize(side, side)))
        check = self._check
        if check is not None and check.kinks > 1:
            words = f"agrees, but for {check.kinks} kinks"
        self.verdict.setText(words)
        self.verdict.setAccessibleName(words)
        self.error.setFont(look.font("mono"))
        self.error.setStyleSheet(f"color: {look.color(token).name()}")
        self.error.setVisible(check is not None)
        self.place.setVisible(check is not None)
        if check is None or self._map is None:
            return
        self.error.setText(f"relative error {check.error:.0e}".replace("e-0", "e-"))
        self.place.setText(_where(check, self._map))
        self.setToolTip(_told(check))


def _where(check: JacobianCheck, shown: Map) -> str:
    at = f"largest at ∂{shown.row_name(check.row)}/∂{shown.column_name(check.column)}"
    if check.columns < check.n_columns:
        at += f"; {check.columns} of {check.n_columns:,} columns, drawn at random"
    return at


def _told(check: JacobianCheck) -> str:
    lines = [
        "Central differences of the layer's forward pass against this Jacobian, in float64.",
        f"There: J = {_STYLE.full(check.analytic)}, differences: {_STYLE.full(check.numeric)}",
    ]
    if check.kinks:
        lines.append(
            "At a kink, such as that of ReLU at 0, the slopes to the left and to the right differ;"
            " the layer takes one of those between them."
        )
    return "\n".join(lines)

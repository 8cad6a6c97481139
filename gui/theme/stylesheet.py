"""The style sheet of the whole window, filled from a theme.

Dynamic properties choose a look: `kind` on buttons, frames and labels, `role` on labels.

| widget | kind or role |
|---|---|
| QPushButton | primary, flat, danger, chip |
| QToolButton | primary, outlined, segment, chip, pill (with `phase` and `lit`) |
| QFrame | card, sunken, segmented, header, line, vline, search (with `active`) |
| QFrame | message (with `level`: warn, error), choice (with `chosen`), timestrip |
| QLabel | chip (with `level`), pill |
| QLabel, `role` | title, card, section, caption, strong, mono, hero, error, ok |

`repolish(widget)` after a property of a visible widget changed.
"""

from __future__ import annotations

from string import Template

from PySide6.QtWidgets import QWidget

from gui.theme.marks import mark_url
from gui.theme.stylesheet_controls import PARTS as CONTROLS
from gui.theme.stylesheet_panels import PARTS as PANELS
from gui.theme.themes import Theme
from gui.theme.tokens import FONT_ROLES, MONO_FAMILIES, SIZES, colours_of


def stylesheet(theme: Theme) -> str:
    """The complete Qt style sheet of a theme."""
    values = {token: "#" + code for token, code in colours_of(theme.name).items() if code}
    values |= {f"px_{role}": f"{round(theme.px(role))}px" for role in FONT_ROLES}
    values |= {f"size_{name}": f"{round(theme.size(name))}px" for name in SIZES}
    values["mono"] = ", ".join(f'"{family}"' for family in MONO_FAMILIES)
    values |= {name: f"{length}px" for name, length in _lengths(theme).items()}
    # On a projector window and surface are both white, and a hairline is black: other cues.
    values["gap_color"] = values["border" if theme.is_projector else "window"]
    values["trough"] = values["plotgrid" if theme.is_projector else "border"]
    values["trough_off"] = values["plotgrid" if theme.is_projector else "border2"]
    for mark in ("chevron_down", "chevron_up", "chevron_left", "chevron_right", "close", "float"):
        values[mark] = mark_url(theme, mark.replace("_", "-"), "text2")
    values["tick"] = mark_url(theme, "tick", "onaccent")
    values["dash"] = mark_url(theme, "dash", "onaccent")
    values["dot"] = mark_url(theme, "dot", "accent")
    return "\n".join(Template(part).substitute(values) for part in (*CONTROLS, *PANELS))


def _lengths(theme: Theme) -> dict[str, int]:
    """Lengths that follow from others: Qt counts a border and a padding on top of `min-height`."""
    line = 2 if theme.is_projector else 1
    control, field = round(theme.size("control")), round(theme.size("field"))
    knob, groove = round(18 * theme.scale), 6 if theme.is_projector else 4
    mark = round(16 * theme.scale)
    return {
        "line": line,
        "pad": round(8 * theme.scale),
        "pad_wide": round(14 * theme.scale),
        "control_inner": control - 2 * line,
        "control_focus": control - 4,
        "field_inner": field - 2 * line,
        "field_focus": field - 4,
        "size_toolbar_inner": round(theme.size("toolbar")) - line,
        "tab_inner": round(theme.size("tab_row")) - 3,
        "item_inner": round(theme.size("item_row")) - 4,
        "menu_item": round(theme.size("item_row")) - 11,
        "message_button": field - 2 * line - 4,
        "knob": knob - 4,
        "knob_full": knob + 4,
        "knob_radius": knob // 2,
        "knob_out": -((knob - groove) // 2),
        "groove": groove,
        "mark": mark,
        "mark_small": round(13 * theme.scale),
        "radio_radius": mark // 2 + 2,
        "spin_width": round(18 * theme.scale),
        "spin_half": field // 2 - 2,
        "gap": 2 if theme.is_projector else 4,
        "scroller": 2 * mark + 16,
        "scroll": round(12 * min(theme.scale, 1.35)),
    }


def repolish(widget: QWidget) -> None:
    """Make the style sheet look again at a widget whose `kind`, `level`, ... changed."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()

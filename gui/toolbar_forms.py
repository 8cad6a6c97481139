"""What the tool bar shows at a width: from the widest form to the narrowest. No Qt widgets.

Words go first, then the arrows between the lamps; what then has no room goes into the menu of
`MoreButton`. Undo, redo and run never leave the bar of the desk.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from gui.phase_lamps import FULL, ICON, SHORT


class Form(NamedTuple):
    """What the bar says and shows. away: parts (keys of `PARTS`) that are in the menu instead."""

    lamps: int = FULL
    is_wordy: bool = True
    has_words: bool = True
    has_lines: bool = True
    has_logo: bool = True
    has_title: bool = False
    away: tuple[str, ...] = ()


PARTS: Final[dict[str, tuple[str, ...]]] = {
    "new": ("new",),
    "open": ("open",),
    "save": ("save",),
    "undo": ("undo",),
    "redo": ("redo",),
    "stop": ("stop",),
    "step": ("step_batch", "step_epoch"),
    "reset": ("reset", "reset_new_seed"),
    "speed": ("slower", "faster", "full_speed"),
    "next_theme": ("next_theme",),
    "present": ("present",),
}
"""The parts that may leave the bar, and the actions that stand for each of them in the menu."""

GROUPS: Final = (
    ("new", "open", "save"),
    ("undo", "redo"),
    ("stop", "step", "reset"),
    ("speed",),
    ("next_theme", "present"),
)
"""The parts of the menu, with a line between two groups."""

DESK_LEAVE: Final = (
    "next_theme",
    "new",
    "open",
    "reset",
    "speed",
    "present",
    "save",
    "step",
    "stop",
)
LECTURE_LEAVE: Final = ("speed", "step")
_LECTURE_AWAY: Final = ("new", "open", "save", "undo", "redo", "stop", "reset", "next_theme")


def _desk() -> tuple[Form, ...]:
    bare = Form(ICON, is_wordy=False, has_words=False, has_lines=False)
    wordy = (Form(), Form(SHORT), Form(SHORT, is_wordy=False), Form(ICON, is_wordy=False))
    shorter = (bare._replace(has_lines=True), bare, bare._replace(has_logo=False))
    leaving = (
        shorter[-1]._replace(away=DESK_LEAVE[:count]) for count in range(1, len(DESK_LEAVE) + 1)
    )
    return (*wordy, *shorter, *leaving)


def _lecture() -> tuple[Form, ...]:
    wide = Form(has_words=False, has_lines=False, has_logo=False, has_title=True)
    wide = wide._replace(away=_LECTURE_AWAY)
    slow = wide._replace(away=(*_LECTURE_AWAY, *LECTURE_LEAVE[:1]))
    least = slow._replace(lamps=SHORT, is_wordy=False, away=(*_LECTURE_AWAY, *LECTURE_LEAVE))
    return (
        wide,
        slow,
        slow._replace(lamps=SHORT),
        slow._replace(lamps=SHORT, is_wordy=False),
        least,
        least._replace(lamps=ICON),
        least._replace(lamps=ICON, has_title=False),
    )


DESK_FORMS: Final = _desk()
LECTURE_FORMS: Final = _lecture()

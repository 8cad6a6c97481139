"""Every action of the window, declared once: text, shortcut, icon, tip.

Those that act on the selection or the canvas' view are declared by the canvas.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence

from gui import theme


@dataclass(frozen=True)
class ActionSpec:
    """One action. shortcuts: in Qt's portable spelling, the first is the one shown."""

    name: str
    text: str
    tip: str
    shortcuts: tuple[str, ...] = ()
    icon: str = ""
    is_checkable: bool = False


def _spec(
    name: str, text: str, tip: str, keys: str = "", icon: str = "", checkable: bool = False
) -> ActionSpec:
    return ActionSpec(name, text, tip, tuple(keys.split()), icon, checkable)


FILE = (
    _spec("new", "&New", "Start an empty design", "Ctrl+N", "file-plus-outline"),
    _spec("open", "&Open…", "Open a design from a file", "Ctrl+O", "folder-open-outline"),
    _spec("save", "&Save", "Write the design to its file", "Ctrl+S", "content-save-outline"),
    _spec("save_as", "Save &as…", "Write the design to another file", "Ctrl+Shift+S"),
    _spec("clear_recent", "&Clear this list", "Forget the files listed here"),
    _spec("quit", "&Quit", "Close the window", "Ctrl+Q"),
)
EDIT = (
    _spec("undo", "&Undo", "Take the last edit back", "Ctrl+Z", "undo"),
    _spec("redo", "R&edo", "Make the edit again", "Ctrl+Shift+Z Ctrl+Y", "redo"),
)
GRAPH = (
    _spec(
        "new_expression",
        "New from e&xpression…",
        "Type a formula and draw its computation graph",
        "Ctrl+E",
        "function-variant",
    ),
    _spec(
        "make_goal",
        "Make this the goal &J",
        "Gradient descent makes this number small",
        "Ctrl+G",
        "bullseye-arrow",
    ),
    _spec(
        "unfold",
        "Un&fold into its scalar graph",
        "Draw every weight and every neuron as a card of its own, with the present numbers",
        "",
        "arrow-expand-all",
    ),
    _spec(
        "fold",
        "Fold &back into one layer",
        "Put an unfolded layer together again, with the present numbers",
        "",
        "arrow-collapse-all",
    ),
    _spec(
        "card_size",
        "S&mall or large card",
        "Only the name and the numbers; once more: with the formula",
        "",
        "unfold-more-horizontal",
    ),
)
VIEW = (
    _spec("show_palette", "Pa&lette", "Show the layers to drag from", "Ctrl+Shift+1", "", True),
    _spec(
        "show_inspector", "&Inspector", "Show the fields of the selection", "Ctrl+Shift+2", "", True
    ),
    _spec("next_panel", "Go to the &next panel", "Move the keyboard to the next panel", "F6"),
    _spec("find_layer", "Find a la&yer", "Type into the palette's search box", "Ctrl+F", "magnify"),
    _spec("theme_light", "&Light", "Dark text on white", "", "", True),
    _spec("theme_dark", "&Dark", "Light text on dark blue", "", "", True),
    _spec("theme_projector", "&Projector", "Large and high in contrast", "", "", True),
    _spec(
        "next_theme",
        "Other t&heme",
        "Light, dark, projector, in turn",
        "Ctrl+T",
        "theme-light-dark",
    ),
    _spec(
        "present",
        "&Present",
        "Large canvas for a projector; Esc leaves",
        "F5",
        "presentation-play",
        True,
    ),
    _spec("full_screen", "F&ull screen", "Use the whole screen", "Ctrl+Shift+F", "", True),
    _spec("reset_layout", "&Reset window layout", "Put all panels where they were at first"),
)
TRAIN = (
    _spec("run", "&Run", "Train until you pause", "Ctrl+R", "play"),
    _spec("stop", "&Stop", "End the training; the test part is evaluated", "Ctrl+.", "stop"),
    _spec(
        "step_batch", "Step: one &batch", "Forward, backward, update: once", "F11", "step-forward"
    ),
    _spec(
        "step_epoch", "Step: one &epoch", "Every training item once", "Shift+F11", "step-forward-2"
    ),
    _spec(
        "reset",
        "Rese&t, same seed",
        "Start again with the very same numbers",
        "Ctrl+Shift+R",
        "restart",
    ),
    _spec(
        "reset_new_seed", "Reset, &new seed", "Start again with other random numbers", "Ctrl+Alt+R"
    ),
    _spec(
        "best_step",
        "Go bac&k to the best step",
        "Put the weights of the least validation loss back",
        "Ctrl+Alt+B",
        "history",
    ),
    _spec("slower", "S&lower", "Fewer steps a second", "Ctrl+["),
    _spec("faster", "&Faster", "More steps a second", "Ctrl+]"),
    _spec("full_speed", "F&ull speed", "As many steps a second as the machine can", "Ctrl+Shift+]"),
    _spec(
        "show_problems",
        "Proble&ms",
        "List what has to be repaired before it can run",
        "Ctrl+Shift+M",
        "alert-circle-outline",
    ),
)
TIME = (
    _spec(
        "time_back",
        "One step &back",
        "Show the training as it stood one step earlier, bit for bit",
        "Ctrl+F11",
        "step-backward",
    ),
    _spec(
        "time_on",
        "One step &on",
        "Show the next step as it was done before",
        "Ctrl+Shift+F11",
        "step-forward",
    ),
    _spec("time_go", "&Go to step…", "Type the step to be shown", "Ctrl+Alt+G"),
    _spec("time_now", "Back to &now", "Show the newest step again", "Ctrl+Alt+N", "skip-next"),
    _spec(
        "time_continue",
        "&Continue from here",
        "Go on from the step that is shown; the newer steps stay as a run of their own",
        "Ctrl+Alt+C",
        "source-branch",
    ),
    _spec(
        "time_strip",
        "&Strip below the canvas",
        "Show the line of all steps once there are some",
        "Ctrl+Shift+T",
        "",
        True,
    ),
    _spec(
        "time_record",
        "&Record every run",
        "Keep what is needed to show every past step exactly",
        "",
        "",
        True,
    ),
)
DEBUG = (
    _spec(
        "debug",
        "&Debug",
        "Walk through the next training step, operation by operation",
        "F9",
        "debug-step-into",
        True,
    ),
    _spec("debug_step", "Next &operation", "Do one operation", "F10", "step-forward"),
    _spec("debug_back", "One operation bac&k", "Undo it, bit by bit", "Ctrl+F10", "step-backward"),
    _spec(
        "debug_restart",
        "Back to the &start",
        "Before the first operation",
        "Shift+F9",
        "skip-previous",
    ),
    _spec(
        "debug_to_phase_end",
        "To the &end of the phase",
        "Run to the end of the phase, or to a breakpoint",
        "Ctrl+Shift+F10",
        "skip-next",
    ),
    _spec(
        "debug_to_node",
        "Run to the selected &card",
        "On until an operation of the selected card is done",
        "F7",
        "debug-step-into",
    ),
    _spec(
        "debug_breakpoint",
        "&Breakpoint on the card",
        "Stop after each operation of the selected card, or no more",
        "F8",
        "circle",
    ),
    _spec("debug_play", "&Play", "One operation after the other", "Ctrl+F9", "play", True),
)
HELP = (
    _spec("shortcuts", "&Keys and mouse", "All shortcuts on one sheet", "F1", "keyboard-outline"),
    _spec("about", "&About Deltaboard", "Versions, licences, log file", "", "information-outline"),
)
GROUPS: dict[str, tuple[ActionSpec, ...]] = {
    "File": FILE,
    "Edit": EDIT,
    "Graph": GRAPH,
    "View": VIEW,
    "Train": TRAIN,
    "Time machine": TIME,
    "Debug": DEBUG,
    "Help": HELP,
}


class Actions(QObject):
    """The actions by name: `actions["save"]`. The window adds them, so that shortcuts work."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._found: dict[str, QAction] = {}
        self._tips: dict[str, str] = {}
        for specs in GROUPS.values():
            for spec in specs:
                self._found[spec.name] = self._make(spec)
                self._tips[spec.name] = spec.tip

    def __getitem__(self, name: str) -> QAction:
        return self._found[name]

    def tip(self, name: str) -> str:
        """What the action does, as it was declared."""
        return self._tips[name]

    def all(self) -> list[QAction]:
        """In the order of their declaration."""
        return list(self._found.values())

    def _make(self, spec: ActionSpec) -> QAction:
        action = QAction(spec.text, self)
        action.setObjectName(spec.name)
        action.setCheckable(spec.is_checkable)
        if spec.icon:
            action.setIcon(theme.icon(spec.icon))
        action.setShortcuts([QKeySequence(keys) for keys in spec.shortcuts])
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        set_tip(action, spec.tip)
        return action


def set_tip(action: QAction, tip: str) -> None:
    """Say what an action does, or why it cannot be done now; the shortcut follows in brackets."""
    action.setStatusTip("")
    keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    action.setToolTip(f"{tip} ({keys})" if keys else tip)
    action.setWhatsThis(tip)


def plain(text: str) -> str:
    """A menu text without the mark of its access key."""
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&")

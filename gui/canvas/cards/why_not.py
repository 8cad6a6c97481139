"""Why a card that shows numbers shows no error term."""

from __future__ import annotations

from gui.canvas.cards.face import FaceContext

NOT_COMPUTED = "Not computed yet: F10 does the next operation."
"""In a walk of the debugger, instead of the sentence below."""
NO_STEP = "No step has been taken yet: press Run or Step."
NOTHING_LEARNS = "no δ: nothing below learns"
NOT_YET = "no δ before the first step"
NOT_OF_THIS = "no δ for this design: Step or Run"
"""After an edit while paused: what is shown is the forward pass of the new design."""


def why_no_delta(context: FaceContext) -> str:
    """The reason in a few words."""
    if context.absence:
        return context.absence
    snapshot = context.snapshot
    if snapshot is not None and snapshot.step == 0:
        return NOT_YET
    if snapshot is not None and all(view.delta is None for view in snapshot.nodes.values()):
        return NOT_OF_THIS
    return NOTHING_LEARNS

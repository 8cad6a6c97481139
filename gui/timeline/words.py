"""What the time machine says. No Qt."""

from __future__ import annotations

from model.recording import LineView, RecordingView

MIB = 1024**2


def chip(view: RecordingView) -> str:
    """`step 120 of 400: the past`, or where the present stands."""
    if view.at is None:
        return f"of {view.newest:,}"
    return f"step {view.at:,} of {view.newest:,}: the past"


def short_chip(view: RecordingView) -> str:
    """The same where room is short: the step itself stands in the field beside it."""
    return f"of {view.newest:,}" if view.at is None else f"of {view.newest:,}: past"


def kept(view: RecordingView) -> str:
    """How much is kept."""
    size = f"{view.size / MIB:.1f}" if view.size < 10 * MIB else f"{view.size / MIB:,.0f}"
    states = "1 state is" if view.copies == 1 else f"{view.copies:,} states are"
    return (
        f"{states} kept in {size} of {view.budget // MIB:,} MiB; every step between them is"
        " computed again, bit for bit."
    )


def differs(view: RecordingView) -> str:
    """That the design has been edited since, "" where it has not."""
    if view.at is None or not view.differs:
        return ""
    return (
        "The design was another one at this step: numbers are those of then, cards and fields"
        " those of now. Going on from here brings the design of then back; Undo takes it away."
    )


def line_name(line: LineView, view: RecordingView) -> str:
    """`Branch 2: steps 121 to 300, left branch 1 at step 120`."""
    steps = (
        f"steps {line.first + 1:,} to {line.last:,}" if line.last > line.first else "no steps yet"
    )
    name = f"Run {line.number}: {steps}"
    if line.parent:
        name += f", from step {line.first:,} of run {line.parent}"
    return f"{name} (this one)" if line.number == view.current else name


def forks(view: RecordingView) -> list[int]:
    """The steps at which the shown line and others part."""
    by_number = {line.number: line for line in view.lines}
    path: dict[int, int] = {}
    line, last = by_number.get(view.current), view.newest
    while line is not None:
        path[line.number] = last
        line, last = by_number.get(line.parent), line.first
    own = {by_number[number].first for number in path if by_number[number].parent}
    others = {
        line.first
        for line in view.lines
        if line.parent in path and line.number not in path and line.first <= path[line.parent]
    }
    return sorted(own | others)


def why_not(view: RecordingView) -> str:
    """Why there is no past to show, "" where there is."""
    if not view.is_on:
        return "Runs are not recorded: switch that on in Train, Time machine."
    return "" if view.newest > view.first else "Nothing is recorded yet: run or step first."

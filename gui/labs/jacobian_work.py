"""What the Jacobian inspector has worked out on another thread."""

from __future__ import annotations

from typing import NamedTuple

from model.analysis.jacobian import Jacobian
from model.analysis.jacobian_check import JacobianCheck, check_chain, check_jacobian
from model.analysis.local_study import ChainStudy, LocalStudy, chain_study, local_study
from model.analysis.progress import Progress
from model.analysis.rehearsal import Rehearsal
from model.teaching.jacobian_symbols import Symbols, symbols_of


class Found(NamedTuple):
    """An answer, and the step that it was taken from."""

    study: LocalStudy | ChainStudy
    step: Rehearsal


def study_local(_progress: Progress, step: Rehearsal, node_id: str, by: str, item: int) -> Found:
    """One local Jacobian. Raises: as `jacobian`."""
    return Found(local_study(step, node_id, by, item), step)


def study_chain(_progress: Progress, step: Rehearsal, first: str, last: str, item: int) -> Found:
    """The chain between two nodes. Raises: as `jacobian_chain`."""
    return Found(chain_study(step, first, last, item), step)


def check_total(
    progress: Progress, step: Rehearsal, found: ChainStudy, item: int
) -> tuple[None, JacobianCheck | None]:
    """Differences through the whole chain."""
    return None, check_chain(step, found.chain, item, progress)


def look_closer(
    progress: Progress, step: Rehearsal, jac: Jacobian
) -> tuple[Symbols, JacobianCheck]:
    """Symbols at once as a partial answer, differences after them."""
    symbols = symbols_of(step, jac)
    progress.report(0.0, "", symbols)
    return symbols, check_jacobian(step, jac, progress)

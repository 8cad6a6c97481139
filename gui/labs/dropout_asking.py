"""What the Dropout laboratory works out on its job's thread."""

from __future__ import annotations

from model.analysis.dropout_committee import Committee, committee, most_doubtful
from model.analysis.dropout_start import dropout_start, trained
from model.analysis.dropout_study import (
    DropoutSubject,
    MaskRecord,
    NoiseView,
    dropout_subject,
    masks_of_run,
    noise_view,
)
from model.analysis.progress import Progress

Found = tuple[DropoutSubject, MaskRecord, NoiseView, Committee]


def study(
    progress: Progress, subject: DropoutSubject, node_id: str, item: int, samples: int
) -> Found:
    """Masks, noise and predictions, on the job's thread; item -1: the most doubtful one."""
    item = most_doubtful(subject) if item < 0 else item
    record = masks_of_run(subject, node_id, progress=progress)
    noise = noise_view(subject, node_id)
    return subject, record, noise, committee(progress, subject, item, samples)


def from_start(progress: Progress, samples: int) -> Found:
    """The built-in network, trained anew."""
    subject = dropout_subject(trained(progress, dropout_start()))
    return study(progress, subject, subject.layers[0], -1, samples)

"""Faces: what is painted inside a card under its header. They know snapshots and nothing else."""

from gui.canvas.cards.face import Face, FaceAction, FaceContext
from gui.canvas.cards.factory import face_for

__all__ = ["Face", "FaceAction", "FaceContext", "face_for"]

"""What is wrong with the design, all at once, with repairs."""

from gui.problems.card import ProblemCard
from gui.problems.panel import ProblemsPanel

__all__ = ["ProblemCard", "ProblemsPanel"]

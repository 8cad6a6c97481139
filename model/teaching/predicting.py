"""Predict first: a number, a delta or a shape is hidden, the student types it, and is judged.

A question knows its answer and three hints; `check` reads what was typed; a `Quiz` keeps the marks.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

import numpy as np

from model.errors import DesignError
from model.expressions import DomainError, FormulaError, Program, names_of, parse
from model.layer import Array

Form = Literal["json", "csv", "markdown"]
"""Of a file with marks."""
Kind = Literal["value", "delta", "gradient", "slope", "shape", "yes_no", "share"]
RUNGS = ("formula", "numbers", "answer")
"""What each hint says: the formula, the formula with its numbers put in, the answer."""
TOLERANCE = 0.005
"""Relative to the largest number of the answer: three digits are enough."""
MAX_TEXT = 2000
_YES = {"yes", "y", "true", "ja", "j", "1"}
_NO = {"no", "n", "false", "nein", "0"}


Hint = str | Callable[[], str]


class Verdict(NamedTuple):
    """message: one or two sentences for the student."""

    is_right: bool
    message: str


@dataclass(frozen=True)
class Question:
    """Something hidden at a node.

    symbol: what is asked for, in LaTeX. prompt: the question in words. answer: an array (a number
    has no axes); of a shape, the sizes without the batch axis; of yes_no, 0 or 1. tolerance:
    relative to the largest number of the answer, absolute where `is_absolute`. hints: one a rung,
    or what makes it when it is asked for; LaTeX stands between dollar signs.
    batch: B, which may be typed in front of a shape.
    """

    kind: Kind
    node_id: str
    symbol: str
    prompt: str
    answer: Array
    hints: tuple[Hint, Hint, Hint] = ("", "", "")
    tolerance: float = TOLERANCE
    is_absolute: bool = False
    batch: int = 1

    def hint(self, rung: int) -> str:
        """rung: 0, 1, 2; see RUNGS."""
        found = self.hints[rung]
        return found if isinstance(found, str) else found()

    @property
    def answer_text(self) -> str:
        if self.kind == "yes_no":
            return "yes" if self.answer else "no"
        if self.kind == "shape":
            return " × ".join(["B", *(str(int(size)) for size in self.answer)])
        return shown(self.answer)


def shown(values: Array, digits: int = 6) -> str:
    """Numbers for reading: `1.6094`, `(1, 2)`, a matrix row by row."""
    values = np.asarray(values)
    if values.ndim == 0:
        return f"{float(values):.{digits}g}"
    inner = (", " if values.ndim == 1 else "; ").join(
        shown(part, digits) if values.ndim == 1 else shown(part, digits).strip("()")
        for part in values
    )
    return f"({inner})"


def check(question: Question, text: str) -> Verdict:
    """Judge what was typed: numbers with point or comma, fractions such as 1/3, vectors as `1, 2`
    or `1; 2` or `1 2`, shapes as `B × 3`. A text that cannot be read is no error, it is wrong."""
    text = text.strip()
    if not text:
        return Verdict(False, "Type an answer first.")
    if len(text) > MAX_TEXT:
        return Verdict(False, f"Type at most {MAX_TEXT:,} characters.")
    if question.kind == "yes_no":
        return _check_yes_no(question, text)
    if question.kind == "shape":
        return _check_shape(question, text)
    readings = _readings(text)
    if not readings:
        return Verdict(False, "This cannot be read as numbers. Write such as 1.5, 1/3 or 1; 2; 3.")
    answer = np.asarray(question.answer, dtype=float)
    fitting = [found for found in readings if found.size == answer.size]
    if not fitting:
        return Verdict(False, _count_message(answer, readings[0].size))
    verdicts = [_compare(question, answer, found.reshape(answer.shape)) for found in fitting]
    return next((verdict for verdict in verdicts if verdict.is_right), verdicts[0])


def _count_message(answer: Array, count: int) -> str:
    wanted = "one number" if answer.size == 1 else f"{answer.size} numbers"
    form = f", {' × '.join(map(str, answer.shape))}" if answer.ndim > 1 else ""
    return f"The answer has {wanted}{form}; you typed {count}."


def _readings(text: str) -> list[Array]:
    """All the lists of numbers that the text may mean: a comma separates, or it is decimal."""
    bare = re.sub(r"[\[\](){}]", " ", text) if re.search(r"[,;\s]", text) else text
    found = []
    for separators, is_decimal in ((r"[,;\n]", False), (r"[;\n]", True), (r"[;\s]+", True)):
        for source in dict.fromkeys((text, bare)):
            cells = [cell for cell in re.split(separators, source) if cell.strip()]
            cells = [cell.replace(",", ".") if is_decimal else cell for cell in cells]
            numbers = [_number(cell) for cell in cells]
            if numbers and None not in numbers:
                found.append(np.array(numbers, dtype=float))
    spaced = [_number(cell) for cell in re.split(r"[,;\s]+", bare.strip()) if cell]
    if spaced and None not in spaced:
        found.append(np.array(spaced, dtype=float))
    return found


def _number(cell: str) -> float | None:
    """A number or a formula without names, such as 1/3 or 2*log(5)."""
    try:
        expression = parse(cell.strip())
        if names_of(expression):
            return None
        return float(Program(expression).forward({}, 1)[0])
    except (FormulaError, DomainError):
        return None


def _compare(question: Question, answer: Array, typed: Array) -> Verdict:
    size = 1.0 if question.is_absolute else float(np.abs(answer).max(initial=0.0))
    bound = question.tolerance * size if size else 1e-6
    bound += 1e-12 * max(size, 1.0)  # a share typed as 0.3 may differ in its last digit
    wrong = ~(np.abs(typed - answer) <= bound)
    if not wrong.any():
        return Verdict(True, f"Right: {question.answer_text}.")
    return Verdict(False, _diagnosis(answer, typed, wrong, bound, question.batch))


def _diagnosis(answer: Array, typed: Array, wrong: Array, bound: float, batch: int) -> str:
    """What kind of mistake it looks like; the answer stays hidden."""
    if (np.abs(typed + answer) <= bound).all():
        return "Right but for the sign."
    is_square = answer.ndim == 2 and answer.shape[0] == answer.shape[1]
    if is_square and (np.abs(typed.T - answer) <= bound).all():
        return "Right numbers, but transposed."
    if batch > 1 and (np.abs(typed / batch - answer) <= bound).all():
        return f"Too large by the factor {batch}: J is a mean over the batch."
    if answer.size > 1 and not wrong.all():
        place = ", ".join(str(int(at)) for at in np.argwhere(wrong)[0])
        right = int((~wrong).sum())
        return f"{right} of {answer.size} are right; the first wrong one is at place {place}."
    if (np.abs(typed - answer) <= 10 * bound).all():
        return "Close, but not close enough: give three digits."
    return "Not yet. Ask for a hint, or try again."


def _check_yes_no(question: Question, text: str) -> Verdict:
    word = text.lower().rstrip(".!")
    if word not in _YES | _NO:
        return Verdict(False, "Answer with yes or no.")
    if (word in _YES) == bool(question.answer):
        return Verdict(True, f"Right: {question.answer_text}. {question.hint(1)}".strip())
    return Verdict(False, "No, the other way round. Ask for a hint to see why.")


def _check_shape(question: Question, text: str) -> Verdict:
    wanted = [int(size) for size in question.answer]
    cells = re.findall(r"[A-Za-z]+|\d+", re.sub(r"(?<=[\w\s])[x×*](?=[\s\d])", " ", text))
    if not wanted and text.lower() in ("scalar", "a scalar", "()"):
        return Verdict(True, f"Right for one item; with the batch it is {question.answer_text}.")
    first, rest = cells[:1], cells[1:]
    is_batch = bool(first) and (first[0].upper() == "B" or int_of(first[0]) == question.batch)
    if is_batch and [int_of(cell) for cell in rest] == wanted:
        return Verdict(True, f"Right: {question.answer_text}.")
    if [int_of(cell) for cell in cells] == wanted and wanted:
        said = f"Right for one item; with the batch it is {question.answer_text}."
        return Verdict(True, said)
    if sorted(str(cell) for cell in rest) == sorted(map(str, wanted)) and is_batch:
        return Verdict(False, "Right sizes, but in another order.")
    axes = len(wanted) + 1
    if len(cells) != axes:
        said = f"The shape has {axes} axes with that of the batch; you typed {len(cells)}."
        return Verdict(False, said)
    return Verdict(False, "Not yet. Ask for a hint, or try again.")


def int_of(cell: str) -> int:
    """-1 for letters."""
    return int(cell) if cell.isdigit() else -1


@dataclass
class Marked:
    """A question of a quiz with what the student has done: tries, hints taken, and the end."""

    question: Question
    tries: list[str] = field(default_factory=list)
    hints: int = 0
    is_right: bool = False

    @property
    def mark(self) -> float:
        """1 for a right answer, a third less for each hint; 0 where it is not right."""
        return max(0.0, 1 - self.hints / len(RUNGS)) if self.is_right else 0.0


class Quiz:
    """Questions in their order, answers, hints and marks. title: for the summary."""

    def __init__(self, questions: Iterable[Question], title: str = "Predict first") -> None:
        self.title = title
        self.items = [Marked(question) for question in questions]
        if not self.items:
            raise DesignError(
                "There is nothing to ask here.",
                hint="Wire the design so that it can run, and choose a node with numbers.",
            )

    def answer(self, place: int, text: str) -> Verdict:
        """Judge an answer and remember it; after a right one nothing is counted any more."""
        item = self.items[place]
        verdict = check(item.question, text)
        if not item.is_right:
            item.tries.append(text)
            item.is_right = verdict.is_right
        return verdict

    def hint(self, place: int) -> str:
        """The next rung; the last one again when all have been seen. Each costs a third."""
        item = self.items[place]
        if not item.is_right:
            item.hints = min(item.hints + 1, len(RUNGS))
        return item.question.hint(max(item.hints, 1) - 1)

    @property
    def marks(self) -> tuple[float, int]:
        """(reached, of how many)."""
        return sum(item.mark for item in self.items), len(self.items)

    def summary(self, form: Form = "markdown") -> str:
        """The text of a file with every question, tries, hints and mark."""
        rows = [self._row(item) for item in self.items]
        reached, total = self.marks
        if form == "json":
            found = {"title": self.title, "marks": round(reached, 3), "of": total, "items": rows}
            return json.dumps(found, ensure_ascii=False, indent=2) + "\n"
        if form == "csv":
            stream = io.StringIO()
            writer = csv.DictWriter(stream, rows[0].keys(), lineterminator="\n")
            writer.writeheader()
            writer.writerows({**row, "tries": " | ".join(row["tries"])} for row in rows)
            return stream.getvalue()
        lines = [f"# {self.title}", "", f"Marks: {reached:.3g} of {total}", ""]
        lines += _table(rows)
        return "\n".join(lines) + "\n"

    def _row(self, item: Marked) -> dict[str, Any]:
        question = item.question
        return {
            "question": question.prompt,
            "node": question.node_id,
            "kind": question.kind,
            "answer": question.answer_text,
            "tries": list(item.tries),
            "right": item.is_right,
            "hints": item.hints,
            "mark": round(item.mark, 3),
        }


def _table(rows: Sequence[dict[str, Any]]) -> list[str]:
    """A table in markdown; bars inside a cell are escaped."""

    def line(cells: Iterable[str]) -> str:
        return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"

    found = [line(["Question", "Answer", "Typed", "Hints", "Mark"]), line(["---"] * 5)]
    for row in rows:
        typed = ", ".join(row["tries"]) or "–"
        cells = [row["question"], row["answer"], typed, str(row["hints"]), f"{row['mark']:.3g}"]
        found.append(line(cells))
    return found

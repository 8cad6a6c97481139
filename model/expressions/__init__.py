"""Formulas that people type: a whitelisted syntax tree, computed and differentiated by NumPy.

`parse` reads a text, `Program` computes it and its vector-Jacobian products, `text_of` writes
it back, `symbolic` asks sympy for derivatives and LaTeX. No text is ever evaluated as Python.
"""

from model.expressions.operations import OPERATIONS, DomainError, Operation
from model.expressions.parsing import CONSTANTS, FormulaError, parse
from model.expressions.program import Program
from model.expressions.syntax import Call, Expression, Name, Number, names_of
from model.expressions.writing import text_of

__all__ = [
    "CONSTANTS",
    "OPERATIONS",
    "Call",
    "DomainError",
    "Expression",
    "FormulaError",
    "Name",
    "Number",
    "Operation",
    "Program",
    "names_of",
    "parse",
    "text_of",
]

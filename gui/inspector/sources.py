"""The NumPy lines of a layer as they run, and its formulas as LaTeX to copy. No Qt."""

from __future__ import annotations

import inspect
import textwrap

from model.layer import Formulas, Layer


def numpy_source(kind: type[Layer], *names: str) -> str:
    """The source of the methods that the layer, not the base class, defines; "" without any."""
    found = []
    for name in names:
        method = getattr(kind, name)
        if method is not getattr(Layer, name):
            found.append(textwrap.dedent(inspect.getsource(method)).strip())
    return "\n\n".join(found)


def latex_of(formulas: Formulas) -> str:
    """All formulas as displayed equations, each with its caption as a comment."""
    lines = []
    for title, pairs in (("Forward", formulas.forward), ("Backward", formulas.backward)):
        if pairs:
            lines.append(f"% {title}")
        lines += [f"% {words}\n\\[ {tex} \\]" for words, tex in pairs]
    return "\n".join(lines) + "\n"

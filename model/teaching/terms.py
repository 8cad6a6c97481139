r"""Which part of a formula is upstream, local or downstream: marks that views light up.

A mark is `\class{terms}{...}`, as MathJax knows it; `plain` takes all marks away. The names are
those of `TERMS`, and `input:<port>`, `parameter:<name>`, `gradient:<name>`, `part:<name>` (of an
update). A part may be several terms at once, with a comma between: W in the backward pass of a
dense layer is `local,parameter:W`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from model.teaching.latex_atoms import GROUP, MARK, Atom, Atoms, joined, letters, read, write

TERMS = ("upstream", "local", "downstream", "out", "input", "parameter", "gradient", "part")
Direction = Literal["forward", "backward", "update"]
_SEPARATORS = {"=", "+", "-", "(", ")", "[", "]", ",", ";", ":", "\\;", "\\,", "\\cdot", "\\sum"}
_SEPARATORS |= {"\\left(", "\\right)", "\\prod", "\\leftarrow", "\\{", "\\}"}
_SPACES = {"\\;", "\\,"}
_PARTS = {
    "\\nu": "velocity",
    "m": "mean",
    "v": "square",
    "u": "step square",
    "\\Delta": "change",
    "\\rho": "rho",
    "\\nabla": "gradient",
}
"""What stands in the formulas of optimisers, by the names of `anatomy`."""


def is_lit(lit: str, terms: Iterable[str]) -> bool:
    """Whether a part with these terms lights up with the one that is pointed at: `input` lights
    all inputs, `input:h` the one."""
    return bool(lit) and any(term == lit or term.startswith(f"{lit}:") for term in terms)


def mark(terms: str, tex: str) -> str:
    """The formula as one part with these terms."""
    return f"{MARK}{{{terms}}}{{{tex}}}" if terms else tex


@lru_cache(maxsize=2048)
def plain(tex: str) -> str:
    """Without marks."""
    start = tex.find(MARK + "{")
    if start < 0:
        return tex
    opening = tex.index("}", start) + 1
    end = _closing(tex, opening)
    inner, rest = plain(tex[opening + 1 : end]), plain(tex[end + 1 :])
    return joined(joined(tex[:start], inner), rest)


def _closing(tex: str, opening: int) -> int:
    """The place of the brace that closes the one at `opening`."""
    depth = 0
    for place in range(opening, len(tex)):
        depth += {"{": 1, "}": -1}.get(tex[place], 0) * (tex[place - 1] != "\\")
        if depth == 0:
            return place
    raise ValueError("a brace of a mark does not close")


def terms_of(atom: Atom) -> tuple[str, ...]:
    """The terms of an atom that is a mark; none of others."""
    if not atom.base.startswith(MARK):
        return ()
    return tuple(atom.base[len(MARK) + 1 : -1].split(","))


@lru_cache(maxsize=2048)
def marked(
    tex: str, direction: Direction, inputs: tuple[str, ...] = (), parameters: tuple[str, ...] = ()
) -> str:
    """A layer's or an optimiser's formula with its terms marked; as it is where it cannot be read.

    inputs: ports, parameters: names of the node, for terms of their own.
    """
    try:
        atoms = read(tex)
    except ValueError:
        return tex
    return write(_Marker(direction, inputs, parameters).formula(atoms))


@dataclass(frozen=True)
class _Marker:
    direction: Direction
    inputs: tuple[str, ...]
    parameters: tuple[str, ...]

    def formula(self, atoms: Atoms) -> Atoms:
        place = next((k for k, a in enumerate(atoms) if a.base in ("=", "\\leftarrow")), None)
        if place is None:
            return atoms
        left, middle, right = atoms[:place], atoms[place : place + 1], atoms[place + 1 :]
        if self.direction == "forward":
            return (*self._each(left), *middle, *self._each(right))
        if self.direction == "update":
            return self._update(left, middle, right)
        term = self._result(left, right)
        if not term:
            return (*left, *middle, *self._each(right))
        if term == "local":
            return (*_whole("local", left), *middle, *_whole("local", right))
        return (*_whole(term, left), *middle, *self._factors(right))

    # backward: what arrives, and all around it

    def _result(self, left: Atoms, right: Atoms) -> str:
        """What stands left of the sign; "" where it is only on the way to a result."""
        if left and left[0].base == "\\frac":
            above, below = left[0].arguments
            if above[-1:] and above[-1].base == "J":
                return self._gradient_of(below)
            return "local"
        deltas = [inner for atom in left for inner in atom.walk() if inner.base == "\\delta"]
        if not deltas:
            return "local" if left and left[0].base == "f" and left[0].primes else ""
        if all("(l)" in letters(delta.above) for delta in deltas):
            return "downstream"
        is_bare = not any(delta.above for delta in deltas)
        is_all = len(right) == 1 and self._is_upstream(right[0])
        return "downstream" if is_bare and (is_all or not _holds(right, "\\delta")) else ""

    def _gradient_of(self, below: Atoms) -> str:
        name = self._parameter(below[-1]) if below else ""
        return f"gradient:{name}" if name else ""

    def _is_upstream(self, atom: Atom) -> bool:
        return atom.base == "\\delta" and "l+1" in _index(atom)

    def _factors(self, atoms: Atoms) -> Atoms:
        """Upstream atoms, and every run of others between separators as local."""
        found: list[Atom] = []
        run: list[Atom] = []
        k = 0
        while k < len(atoms):
            atom = atoms[k]
            if _is_condition(atom):
                run += atoms[k:]
                break
            group = _bracketed(atoms, k)
            if group and not self._holds_upstream(group):
                run += group
                k += len(group)
                continue
            if group and run and run[-1].base in ("\\mathrm", "\\mathbf"):
                found += [*self._local(run[:-1]), run[-1], atom]  # fold( ... ) is no factor
                run = []
            elif self._is_upstream(atom):
                found += [*self._local(run), *_whole("upstream", (atom,))]
                run = []
            elif atom.base in _SEPARATORS or self._holds_upstream((atom,)):
                found += [*self._local(run), self._inside(atom)]
                run = []
            else:
                run.append(atom)
            k += 1
        return (*found, *self._local(run))

    def _inside(self, atom: Atom) -> Atom:
        if not self._holds_upstream((atom,)):
            return atom
        parts = tuple(self._factors(part) for part in atom.arguments)
        return replace(atom, arguments=parts)

    def _holds_upstream(self, atoms: Iterable[Atom]) -> bool:
        return any(self._is_upstream(inner) for atom in atoms for inner in atom.walk())

    def _local(self, run: list[Atom]) -> Atoms:
        front = [atom for atom in run if atom.base in _SPACES]
        if len(front) == len(run):
            return tuple(run)
        names = dict.fromkeys(name for name in map(self._parameter, run) if name)
        term = ",".join(["local", *(f"parameter:{name}" for name in names)])
        return _whole(term, tuple(run))

    # update: every part of the optimiser by its name

    def _update(self, left: Atoms, middle: Atoms, right: Atoms) -> Atoms:
        base = left[0].base if left else ""
        if base != "\\theta":
            before = self._parts(right, {base: f"{_PARTS[base]} before"} if base in _PARTS else {})
            return (*self._parts(left, {}), *middle, *before)
        if [atom.base for atom in right[:2]] != ["\\theta", "-"]:  # weights are made smaller first
            return (*_whole("part:decayed", left), *middle, *_whole("part:decayed", right))
        start, step = (
            _whole("part:theta", right[:1]),
            _whole("part:step", self._parts(right[2:], {})),
        )
        return (*_whole("part:new", left), *middle, *start, right[1], *step)

    def _parts(self, atoms: Atoms, other: dict[str, str]) -> Atoms:
        found: list[Atom] = []
        for k, atom in enumerate(atoms):
            if atom.base == "J" and k and atoms[k - 1].base == "\\nabla":
                found[-1:] = _whole("part:gradient", atoms[k - 1 : k + 1])
                continue
            name = other.get(atom.base) or _PARTS.get(atom.base)
            arguments = tuple(self._parts(part, other) for part in atom.arguments)
            inner = replace(atom, arguments=arguments)
            found += _whole(f"part:{name}", (inner,)) if name else (inner,)
        return tuple(found)

    # each symbol by itself

    def _each(self, atoms: Atoms) -> Atoms:
        return tuple(self._one(atom) for atom in atoms)

    def _one(self, atom: Atom) -> Atom:
        term = self._term(atom)
        if term:
            return _whole(term, (atom,))[0]
        if atom.base in ("\\mathrm", "\\partial"):
            return atom
        return replace(atom, arguments=tuple(self._each(part) for part in atom.arguments))

    def _term(self, atom: Atom) -> str:
        if self.direction == "backward":
            name = self._parameter(atom) if atom.base != "\\frac" else ""
            return "upstream" if self._is_upstream(atom) else name and f"local,parameter:{name}"
        if atom.base == "J" or (atom.base == "h" and "l+1" in _index(atom)):
            return "out"
        if atom.base == "h" and _index(atom):
            return "input"
        if atom.base in self.inputs:
            return f"input:{atom.base}"
        name = self._parameter(atom)
        return f"parameter:{name}" if name else ""

    def _parameter(self, atom: Atom) -> str:
        """The parameter that an atom names: W_o and E_v by letter and index, or by letter."""
        if atom.base == GROUP and atom.arguments[0]:
            return self._parameter(atom.arguments[0][0])
        base = atom.base.removeprefix("\\")
        full = f"{base}_{letters(atom.below)}" if atom.below else base
        for name in (full, base):
            if name in self.parameters:
                return name
        return ""


def _holds(atoms: Atoms, base: str) -> bool:
    return any(inner.base == base for atom in atoms for inner in atom.walk())


def _index(atom: Atom) -> str:
    return letters((*atom.below, *atom.above))


def _is_condition(atom: Atom) -> bool:
    return atom.base == "\\mathrm" and letters(atom.arguments[0]) == "if"


def _bracketed(atoms: Atoms, start: int) -> list[Atom]:
    """From an opening bracket to the one that closes it; empty where none opens."""
    if atoms[start].base not in ("(", "[", "\\left("):
        return []
    depth = 0
    for place in range(start, len(atoms)):
        base = atoms[place].base
        depth += (base in ("(", "[", "\\left(")) - (base in (")", "]", "\\right)"))
        if depth == 0:
            return list(atoms[start : place + 1])
    return []


def _whole(terms: str, atoms: Atoms) -> Atoms:
    """Marked as one part; spaces at its ends stay outside."""
    first, last = 0, len(atoms)
    while first < last and atoms[first].base in _SPACES:
        first += 1
    while last > first and atoms[last - 1].base in _SPACES:
        last -= 1
    if not terms or first == last:
        return atoms
    inner = Atom(f"{MARK}{{{terms}}}", (atoms[first:last],))
    return (*atoms[:first], inner, *atoms[last:])

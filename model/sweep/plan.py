"""What a sweep will do: which settings, which seeds, how long."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from model.assigning import TRAINING, field_at, parted, value_at, with_settings
from model.chance import stream
from model.design import Design
from model.errors import FieldError
from model.sweep.values import Values, draw_of, grid_of, parse_values

MOST_RUNS = 100_000
_TRIES = 20
"""Draws for each one wanted, before it is believed that there are no others."""
Setting = dict[str, Any]
"""Values by place, such as `dropout_1.p`: plain JSON."""


@dataclass(frozen=True)
class Factor:
    """One field that varies: its place, and its values as written."""

    place: str
    values: Values


@dataclass(frozen=True)
class Plan:
    """settings: of which each is trained from each of the seeds. epochs, steps: how long a run is;
    both None: as the design says, else ten epochs. name: of design, fields and length; results of
    another name cannot be gone on with."""

    design: Design
    places: tuple[str, ...]
    settings: tuple[Setting, ...]
    seeds: tuple[int, ...]
    epochs: int | None
    steps: int | None
    name: str

    @property
    def n_runs(self) -> int:
        return len(self.settings) * len(self.seeds)

    def runs(self) -> Iterator[tuple[Setting, int]]:
        """All of them; every setting once before the next seed begins."""
        for seed in self.seeds:
            for setting in self.settings:
                yield setting, seed


def factors_of(design: Design, texts: Sequence[str]) -> list[Factor]:
    """`NODE.FIELD=VALUES` as fields with values. Raises: FieldError."""
    found: list[Factor] = []
    for text in texts:
        place, values = parted(design, text)
        if place == f"{TRAINING}.seed":
            raise FieldError(
                f"--set {text}: the seed is no field of a sweep.",
                hint="Ask for several seeds with --seeds, for the first one with --seed.",
            )
        if place in (factor.place for factor in found):
            raise FieldError(f"--set {text}: {place} is set twice.", hint="Give all values in one.")
        field = field_at(design, place)
        try:
            is_whole = field is not None and field.kind == "int"
            found.append(Factor(place, parse_values(values, is_whole=is_whole)))
        except FieldError as fault:
            raise FieldError(f"--set {place}: {fault.message}", hint=fault.hint) from None
    return found


def make_plan(
    design: Design,
    factors: Sequence[Factor],
    *,
    seeds: int = 1,
    seed: int | None = None,
    draws: int | None = None,
    epochs: int | None = None,
    steps: int | None = None,
) -> Plan:
    """seeds: how many, counted from `seed`, None: that of the design. draws: so many settings at
    random, None: the grid of all. Every setting is made once, so that a value that a field does
    not take is refused before the first run.

    Raises: FieldError.
    """
    first = design.training.seed if seed is None else seed
    found = _grid(factors, seeds) if draws is None else _drawn(factors, draws, first)
    settings: dict[str, Setting] = {}
    known: dict[str, Setting] = {}
    for setting in found:
        plain = _checked(design, setting, known)
        settings.setdefault(key_of(plain), plain)
        if draws is not None and len(settings) == draws:
            break
    if len(settings) * seeds > MOST_RUNS:
        raise _too_many(len(settings) * seeds)
    places = tuple(factor.place for factor in factors)
    name = name_of(design, places, epochs, steps)
    numbers = tuple(range(first, first + seeds))
    return Plan(design, places, tuple(settings.values()), numbers, epochs, steps, name)


def _checked(design: Design, setting: Setting, known: dict[str, Setting]) -> Setting:
    """The setting with its values as the fields hold them. known: by what stands in one node, for
    many settings share it. Raises: FieldError."""
    parts: dict[str, Setting] = {}
    for place, value in setting.items():
        parts.setdefault(place.partition(".")[0], {})[place] = value
    plain: Setting = {}
    for part in parts.values():
        key = key_of(part)
        if key not in known:
            try:
                changed = with_settings(design, part)
            except FieldError as fault:
                raise FieldError(f"--set {fault.message}", hint=fault.hint) from None
            known[key] = {place: value_at(changed, place) for place in part}
        plain |= known[key]
    return {place: plain[place] for place in setting}


def _grid(factors: Sequence[Factor], seeds: int) -> Iterator[Setting]:
    columns, total = [], seeds
    for factor in factors:
        try:
            columns.append(grid_of(factor.values))
        except FieldError as fault:
            raise FieldError(f"--set {factor.place}: {fault.message}", hint=fault.hint) from None
        total *= len(columns[-1])
    if total > MOST_RUNS:
        raise _too_many(total)
    for values in itertools.product(*columns):
        yield {factor.place: value for factor, value in zip(factors, values, strict=True)}


def _drawn(factors: Sequence[Factor], draws: int, seed: int) -> Iterator[Setting]:
    """More than wanted, for some may be the same; more draws begin with the same ones."""
    rng = stream(seed, "sweep")
    for _ in range(_TRIES * draws):
        yield {factor.place: draw_of(factor.values, rng) for factor in factors}


def _too_many(total: int) -> FieldError:
    return FieldError(
        f"A sweep of {total:,} runs is longer than {MOST_RUNS:,}.",
        hint="Take fewer values or seeds, or draw at random with --random N.",
    )


def key_of(setting: Setting) -> str:
    """The same text for the same values."""
    return json.dumps(setting, sort_keys=True)


def name_of(design: Design, places: Sequence[str], epochs: int | None, steps: int | None) -> str:
    """A short hash of all that a run's figures depend on beside its setting and its seed: not of
    names, places on the canvas or notes, nor of the present values of the fields that vary."""
    plain = msgspec.to_builtins(msgspec.structs.replace(design, notes={}))
    for node in plain["nodes"].values():
        for layout in ("x", "y", "name"):
            node.pop(layout, None)
    training = plain[TRAINING]
    training.pop("seed")
    for place in places:
        key, _, field = place.partition(".")
        if key != TRAINING:
            node = plain["nodes"][key]
            node["layer"].pop(field, None)
            node.pop(field, None)
        elif field in ("optimizer", "schedule"):
            training[field].pop("type")
        else:
            for part in (training, training["optimizer"], training["schedule"]):
                part.pop(field, None)
    if epochs is not None or steps is not None:
        training.pop("epochs", None)
    text = json.dumps([plain, sorted(places), epochs, steps], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]

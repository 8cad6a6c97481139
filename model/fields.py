"""Reading and setting the declared fields of layers and training settings, with clear refusals."""

from __future__ import annotations

import re
from typing import Any, TypeVar

import msgspec

from model import schedules
from model.errors import FieldError
from model.layer import Layer
from model.optimizers import OPTIMIZERS, Optimizer, switch
from model.schedules import SCHEDULES, Schedule
from model.settings import TrainingSettings

S = TypeVar("S", bound=msgspec.Struct)


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One declared field, as a form needs it.

    kind: "int", "float", "bool", "choice", "text", "ints" or "floats" (a list of numbers).
    low, high: inclusive bounds, None where there is none; is_low_open, is_high_open: the bound
    itself is not allowed. slider: the range of the slider where it is narrower than the bounds.
    """

    name: str
    kind: str
    default: Any
    description: str
    symbol: str = ""
    low: float | None = None
    high: float | None = None
    is_low_open: bool = False
    is_high_open: bool = False
    choices: tuple[str, ...] = ()
    captions: dict[str, str] = {}
    slider: tuple[float, float] | None = None
    is_log: bool = False
    is_optional: bool = False
    """May be left empty (None)."""
    notation: str = ""
    """How a text is written: "formula", "numbers", or "" for plain words."""

    @property
    def title(self) -> str:
        return self.name.replace("_", " ")


_KINDS: list[tuple[type, str]] = [
    (msgspec.inspect.BoolType, "bool"),
    (msgspec.inspect.IntType, "int"),
    (msgspec.inspect.FloatType, "float"),
    (msgspec.inspect.LiteralType, "choice"),
    (msgspec.inspect.StrType, "text"),
    (msgspec.inspect.VarTupleType, "ints"),
]

_NOUNS = {
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "text": "a text",
    "ints": "a list of whole numbers",
    "floats": "a list of numbers",
}
_LONGEST_SHOWN = 40


def fields_of(kind: type[msgspec.Struct]) -> list[Field]:
    """The declared fields in their order; nested structures (the optimiser) are left out."""
    described = msgspec.inspect.type_info(kind)
    if not isinstance(described, msgspec.inspect.StructType):
        raise TypeError(f"{kind} is no structure")
    found = []
    for raw in described.fields:
        meta, extra = raw.type, {}
        description = ""
        if isinstance(meta, msgspec.inspect.Metadata):
            extra = meta.extra or {}
            description = (meta.extra_json_schema or {}).get("description", "")
            meta = meta.type
        is_optional = isinstance(meta, msgspec.inspect.UnionType)
        if is_optional:
            meta, extra, description = _inside(meta, extra, description)
        name = next((word for known, word in _KINDS if isinstance(meta, known)), "")
        if name == "ints" and _holds_floats(meta):
            name = "floats"
        if name:
            field = _field(raw, meta, name, description, extra)
            found.append(msgspec.structs.replace(field, is_optional=is_optional))
    return found


def _inside(union: Any, extra: dict[str, Any], description: str) -> tuple[Any, Any, str]:
    """The one type beside None, with what the annotations say of it."""
    kinds = [each for each in union.types if not isinstance(each, msgspec.inspect.NoneType)]
    if len(kinds) != 1:
        return union, extra, description
    meta = kinds[0]
    if isinstance(meta, msgspec.inspect.Metadata):
        extra = (meta.extra or {}) | extra
        description = description or (meta.extra_json_schema or {}).get("description", "")
        meta = meta.type
    return meta, extra, description


def _holds_floats(listed: Any) -> bool:
    item = listed.item_type
    if isinstance(item, msgspec.inspect.Metadata):
        item = item.type
    return isinstance(item, msgspec.inspect.FloatType)


def _field(raw: Any, meta: Any, kind: str, description: str, extra: dict[str, Any]) -> Field:
    low, high = getattr(meta, "ge", None), getattr(meta, "le", None)
    above, below = getattr(meta, "gt", None), getattr(meta, "lt", None)
    choices = tuple(getattr(meta, "values", ()))
    if extra.get("choices") == "datasets":
        from model.data import catalogue

        kind, choices = "choice", tuple(catalogue())
        extra = extra | {"captions": {key: info.title for key, info in catalogue().items()}}
    captions = extra.get("captions", {})
    return Field(
        name=raw.name,
        kind=kind,
        default=raw.default,
        description=description,
        symbol=extra.get("symbol", ""),
        low=low if low is not None else above,
        high=high if high is not None else below,
        is_low_open=above is not None,
        is_high_open=below is not None,
        choices=_in_written_order(choices, captions),
        captions=captions,
        slider=extra.get("slider"),
        is_log=bool(extra.get("log", False)),
        notation=extra.get("notation", ""),
    )


def _in_written_order(choices: tuple[str, ...], captions: dict[str, str]) -> tuple[str, ...]:
    """msgspec sorts the values of a Literal; the captions remember the order of the class."""
    return tuple(captions) if set(captions) == set(choices) else choices


def with_fields(struct: S, values: dict[str, Any]) -> S:
    """A checked copy with these fields set. Raises: FieldError with field, bound and value."""
    for name in values:
        if name not in struct.__struct_fields__:
            raise FieldError(
                f"{_name(struct)} has no field '{name}'.",
                hint="Its fields are: " + ", ".join(struct.__struct_fields__) + ".",
            )
    plain = {name: getattr(struct, name) for name in struct.__struct_fields__} | values
    config = struct.__struct_config__
    if config.tag_field is not None:
        plain[config.tag_field] = config.tag
    try:
        return msgspec.convert(_builtins(plain), type(struct))
    except msgspec.ValidationError as fault:
        raise FieldError(f"{_name(struct)}: {_said(fault, type(struct), values)}") from None


def _builtins(plain: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(plain)
    return found


def _name(struct: msgspec.Struct) -> str:
    return str(getattr(type(struct), "title", "") or "Training")


def _said(
    fault: msgspec.ValidationError, kind: type[msgspec.Struct], values: dict[str, Any]
) -> str:
    """What the field takes and what it was given: `p must be a number below 1, not 2.`"""
    match = re.match(r"^(.*?)(?: - at `\$\.?(\w*).*`)?$", str(fault), re.DOTALL)
    sentence, name = (match.group(1), match.group(2)) if match else (str(fault), "")
    field = next((each for each in fields_of(kind) if each.name == name), None)
    if field is None:
        return f"{sentence[:1].lower()}{sentence[1:]}."
    given = f", not {_shown(values[name])}" if name in values else ""
    return f"{name} must be {_taken(field)}{given}."


def _shown(value: Any) -> str:
    text = str(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def _taken(field: Field) -> str:
    """The values that a field takes, in words."""
    if field.kind == "choice":
        return "one of " + ", ".join(field.choices)
    words = [_NOUNS[field.kind]]
    if field.low is not None:
        words.append(f"{'above' if field.is_low_open else 'of at least'} {field.low:,.12g}")
    if field.high is not None:
        words.append(f"{'below' if field.is_high_open else 'at most'} {field.high:,.12g}")
    return words[0] + (" " + " and ".join(words[1:]) if words[1:] else "")


def layer_with(layer: Layer, values: dict[str, Any]) -> Layer:
    """A checked copy. Raises: FieldError, or what `Layer.validate` raises."""
    found = with_fields(layer, values)
    found.validate()
    return found


def training_with(settings: TrainingSettings, values: dict[str, Any]) -> TrainingSettings:
    """A checked copy. Names of the optimiser's fields (lr, momentum ...) and of the schedule's
    (warmup, gamma ...) reach through to them; `optimizer` and `schedule` take the tag of another
    one. Fields that both optimisers have are kept, and the warm-up of a schedule.

    Raises: FieldError.
    """
    optimizer: Optimizer = settings.optimizer
    schedule: Schedule = settings.schedule
    if "optimizer" in values:
        optimizer = _optimizer(optimizer, values["optimizer"])
    if "schedule" in values:
        schedule = _schedule(schedule, values["schedule"])
    own: dict[str, Any] = {}
    of_optimizer: dict[str, Any] = {}
    of_schedule: dict[str, Any] = {}
    for name, value in values.items():
        if name in ("optimizer", "schedule"):
            continue
        if name in settings.__struct_fields__:
            own[name] = value
        elif name in schedule.__struct_fields__:
            of_schedule[name] = value
        else:
            of_optimizer[name] = value
    changed = with_fields(settings, own) if own else settings
    return msgspec.structs.replace(
        changed,
        optimizer=with_fields(optimizer, of_optimizer) if of_optimizer else optimizer,
        schedule=with_fields(schedule, of_schedule) if of_schedule else schedule,
    )


def _schedule(old: Schedule, value: Any) -> Schedule:
    if isinstance(value, Schedule):
        return value
    if value not in SCHEDULES:
        raise FieldError(
            f"There is no schedule named '{value}'.",
            hint="Choose one of: " + ", ".join(SCHEDULES) + ".",
        )
    return schedules.switch(old, value)


def _optimizer(old: Optimizer, value: Any) -> Optimizer:
    if isinstance(value, Optimizer):
        return value
    if value not in OPTIMIZERS:
        raise FieldError(
            f"There is no optimiser named '{value}'.",
            hint="Choose one of: " + ", ".join(OPTIMIZERS) + ".",
        )
    return switch(old, value)

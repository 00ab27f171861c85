"""What a handler's parameter may be, told from its annotation and its default."""

from __future__ import annotations

from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

import msgspec
from msgspec import Meta

from tradestream_nb.contract import Handler, spec_of
from tradestream_nb.errors import UserError
from tradestream_nb.spec import Parameter

PLAIN = (bool, int, float, str)


class Knob(NamedTuple):
    """One parameter: its type with all that binds it, the plain kind of that, and its bounds."""

    name: str
    type: Any
    kind: Any
    """What is left of the type without bounds and None."""
    optional: bool
    low: float | None = None
    high: float | None = None
    description: str = ""

    def read(self, value: Any) -> Any:
        """A field's value, which may be text, as the parameter's; raises UserError for one that does not fit."""
        if self.optional and value == "":
            return None
        try:
            if isinstance(value, str) and not self._is_plain:
                return msgspec.json.decode(value, type=self.type)
            return msgspec.convert(value, self.type, strict=False)
        except (msgspec.MsgspecError, TypeError) as error:
            raise UserError(f"{self.name} = {value!r}: {self._problem(error)}") from None

    def text(self, value: Any) -> str:
        """A value as it is written in a field of text."""
        if value is None:
            return ""
        return str(value) if self._is_plain else msgspec.json.encode(value).decode()

    def _problem(self, error: Exception) -> str:
        """What a value lacked, in words for whoever has typed it."""
        if get_origin(self.kind) is Literal:
            return f"it is one of {', '.join(map(repr, get_args(self.kind)))}"
        if isinstance(error, msgspec.DecodeError) and not isinstance(error, msgspec.ValidationError):
            return 'it is written as JSON, like [1, 2] or {"a": 1}'
        return str(error).replace(" | null", "")

    @property
    def _is_plain(self) -> bool:
        return self.kind in PLAIN or get_origin(self.kind) is Literal


def knobs(function: Handler) -> list[Knob]:
    """A handler's parameters, in the order in which they are written."""
    return [_knob(parameter) for parameter in spec_of(function).parameters.values()]


def _knob(parameter: Parameter) -> Knob:
    kind, optional, metas = _bare(parameter.kind)
    bounds = [meta for meta in metas if isinstance(meta, Meta)]
    low = next((bound for meta in bounds for bound in (meta.ge, meta.gt) if bound is not None), None)
    high = next((bound for meta in bounds for bound in (meta.le, meta.lt) if bound is not None), None)
    about = next((meta.description for meta in bounds if meta.description), "")
    return Knob(parameter.name, parameter.kind, kind, optional or parameter.default is None, low, high, about)


def _bare(hint: Any) -> tuple[Any, bool, list[Any]]:
    """A type without `Annotated` and None, whether it had None, and what it was annotated with."""
    if get_origin(hint) is Annotated:
        inner, *metas = get_args(hint)
        kind, optional, more = _bare(inner)
        return kind, optional, [*metas, *more]
    if get_origin(hint) in (Union, UnionType) and NoneType in get_args(hint):
        others = [each for each in get_args(hint) if each is not NoneType]
        if len(others) == 1:
            kind, _, metas = _bare(others[0])
            return kind, True, metas
    return hint, False, []

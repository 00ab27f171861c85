"""From `sim?seed=7` or `replay:day.csv?speed=60` to a source."""

from __future__ import annotations

import pkgutil
import re
from typing import Any, Protocol, cast, get_type_hints
from urllib.parse import unquote

import msgspec

from tradestream_nb.errors import SourceError
from tradestream_nb.sources.base import Source

SOURCES = {
    "sim": "tradestream_nb.sources.simulated:SimulatedSource",
    "replay": "tradestream_nb.sources.replay:ReplaySource",
    "ibkr": "tradestream_nb.sources.ibkr.source:IbkrSource",
    "ibkr-sim": "tradestream_nb.sources.ibkr.simulated:SimulatedIbkr",
}
"""Where each kind of source is; one line here, `"name": "package.module:Class"`, adds one."""


class SourceType(Protocol):
    """What a class in `SOURCES` offers to be opened by URL."""

    Options: type[msgspec.Struct]
    """One field per option, with a `msgspec.Meta(description=…)` that says what fits."""

    @classmethod
    def open(cls, path: str, options: Any) -> Source:
        """The source for a URL's path, which may be empty, and its `Options`."""


def open_source(url: str, **options: object) -> Source:
    """Open the source `name[:path][?key=value&…]`; keyword options come on top of the URL's.

    >>> open_source("sim?seed=7&symbols=AAPL,MSFT", rate=5).name
    'sim'

    Raises SourceError when the name, an option or a value does not fit; the message lists what does.
    """
    address, _, query = url.partition("?")
    name, _, path = address.partition(":")
    if name not in SOURCES:
        raise SourceError(f"unknown source {name!r}; known: {', '.join(sorted(SOURCES))}")
    kind = cast(SourceType, pkgutil.resolve_name(SOURCES[name]))
    return kind.open(path, _convert(name, _parse(name, query) | options, kind.Options))


def _parse(name: str, query: str) -> dict[str, object]:
    """The options in a query; unlike in a web form, a `+` is a plus, because ISO times hold it."""
    options: dict[str, object] = {}
    for pair in filter(None, query.split("&")):
        key, equals, value = pair.partition("=")
        if not equals:
            raise SourceError(f"{name}: option {key!r} has no value; write {key}=…")
        if key in options:
            raise SourceError(f"{name}: option {key!r} is given twice")
        options[key] = unquote(value)
    return options


def _convert(name: str, given: dict[str, object], options: type[msgspec.Struct]) -> msgspec.Struct:
    known = options.__struct_fields__
    for key in given:
        if key not in known:
            raise SourceError(f"{name}: unknown option {key!r}; options: {', '.join(known)}")
    try:
        return msgspec.convert(given, options, strict=False)
    except msgspec.ValidationError as problem:
        raise SourceError(_explain(name, given, options, str(problem))) from None


def _explain(name: str, given: dict[str, object], options: type[msgspec.Struct], problem: str) -> str:
    """One line for a value that does not fit; an option's own check has no path and speaks for itself."""
    path = re.search(r"`\$\.(\w+)", problem)
    if path is None:
        return f"{name}: {problem}"
    key = path[1]
    fits = get_type_hints(options, include_extras=True)[key].__metadata__[-1].description
    return f"{name}: {key}={given[key]} does not fit; {key} is {fits}"

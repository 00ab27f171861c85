"""Takes what the streams are made with, or says in one line what does not fit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tradestream_nb.contract import Handler
from tradestream_nb.errors import UserError
from tradestream_nb.loading import find_folder, load_folder, refuse_clashes
from tradestream_nb.sources.base import Source
from tradestream_nb.sources.url import open_source
from tradestream_nb.strategies.evaluator import StrategyEvaluator

Handlers = str | Path | Handler | Mapping[str, Handler] | Iterable[Handler] | None
"""Functions marked with `@handler`, or a folder of them; None for that near the notebook, else the standard ones."""


def as_source(source: str | Source, options: Mapping[str, Any]) -> Source:
    """A source by its name and options, or as it is; raises UserError for what is none, or options beside one."""
    if isinstance(source, str):
        return open_source(source, **options)
    if isinstance(source, type) or not hasattr(source, "run"):
        raise UserError(f"source={source!r} is no source; write 'sim', 'replay:FILE', or give a Source of your own")
    if options:
        raise UserError(f"{', '.join(options)}: options go with a source's name; {source.name!r} is open already")
    return source


def as_handlers(handlers: Handlers) -> Iterable[Handler]:
    """Handlers of a folder, one by itself, or all that are given; raises UserError for anything else."""
    if handlers is None or isinstance(handlers, (str, Path)):
        return load_folder(find_folder() if handlers is None else handlers)
    if callable(handlers):
        return [handlers]
    if not isinstance(handlers, Iterable):
        raise UserError(f"handlers={handlers!r} does not fit; give functions marked with @handler, or a folder of them")
    taken = list(handlers.values() if isinstance(handlers, Mapping) else handlers)
    refuse_clashes(taken)
    return taken


def as_evaluator(evaluator: StrategyEvaluator | None) -> StrategyEvaluator | None:
    """What evaluates the strategies; raises UserError for what cannot."""
    if evaluator is not None and not isinstance(evaluator, StrategyEvaluator):
        raise UserError(f"evaluator={evaluator!r} does not fit; give a StrategyEvaluator, or nothing for the usual one")
    return evaluator


def as_switch(auto_trade: bool) -> bool:
    """Whether the paper account trades the signals; raises UserError for anything but True and False."""
    if not isinstance(auto_trade, bool):
        raise UserError(f"auto_trade={auto_trade!r} does not fit; write auto_trade=True, or leave it out")
    return auto_trade


def as_parameters(parameters: Mapping[str, Mapping[str, Any]] | None) -> Mapping[str, Mapping[str, Any]]:
    """The values of each handler's parameters; raises UserError for anything but values by name by handler."""
    given: Any = {} if parameters is None else parameters
    if not isinstance(given, Mapping) or not all(isinstance(values, Mapping) for values in given.values()):
        raise UserError(
            f"parameters={given!r} does not fit; write parameters={{'signals': {{'min_confidence': 0.6}}}}: "
            "values by name, for each handler"
        )
    return given


def as_name(what: str, name: str) -> str:
    """The name of something; raises UserError for what is none at all."""
    if not isinstance(name, str):
        raise UserError(f"{what}={name!r} does not fit; it is a name in quotes")
    return name


def as_port(port: int) -> int:
    """A port, 0 for a free one; raises UserError for what is none."""
    if not isinstance(port, int) or isinstance(port, bool) or not 0 <= port <= 65_535:
        raise UserError(f"port={port!r} does not fit; it is a whole number from 0 to 65535")
    return port

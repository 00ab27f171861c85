"""Values that are written as NAME=VALUE: parameters of handlers, and limits of the server."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from tradestream_nb.errors import UserError
from tradestream_nb.server.limits import Limits

LIMITS = tuple(name for name in Limits.__struct_fields__ if name != "connections")
"""Those that have no option of their own."""
MOST = 1_000_000_000
"""What any of them may be: some 30 years, or a gigabyte."""


def parse_settings(settings: Iterable[str]) -> dict[str, dict[str, str]]:
    """Parameters by handler from `handler.parameter=value`; raises UserError for anything else."""
    parameters: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for setting in settings:
        target, equals, value = setting.partition("=")
        handler, dot, parameter = target.partition(".")
        if not (equals and dot and handler and parameter):
            raise UserError(f"--set {setting!r} is not HANDLER.PARAMETER=VALUE, as in signals.min_confidence=0.7")
        parameters[handler][parameter] = value
    return dict(parameters)


def parse_limits(written: Iterable[str], connections: int) -> Limits:
    """Limits from `name=value`, the others as they are; raises UserError for what is none or does not fit."""
    values: dict[str, str] = {}
    for setting in written:
        name, equals, value = setting.partition("=")
        if not equals or name not in LIMITS:
            raise UserError(f"--limit {setting!r} is not NAME=VALUE; names are {', '.join(LIMITS)}")
        values[name] = value
    try:
        limits = msgspec.convert({**values, "connections": connections}, Limits, strict=False)
    except msgspec.ValidationError as error:
        name = str(error).rpartition("$.")[2].rstrip("`")
        raise UserError(f"--limit {name}={values[name]} does not fit: {str(error).partition(' - ')[0]}") from None
    if unfit := [name for name in values if not 0 < getattr(limits, name) <= MOST]:
        raise UserError(f"--limit {unfit[0]}={values[unfit[0]]} does not fit; it is above 0, and at most {MOST}")
    return limits

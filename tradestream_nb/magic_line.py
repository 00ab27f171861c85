"""What the line of a magic says: words, options by name, and what they mean."""

from __future__ import annotations

import re
import shlex
from typing import Any

import msgspec
from IPython.core.error import UsageError

SETTINGS = {"auto_trade": bool, "handlers": str, "price_interval": float, "portfolio_interval": float}
"""What a session takes beside the options of its source."""
MARKS = ("on", "key", "topic", "every", "swap")
"""What `@handler` takes."""


def split(line: str) -> list[str]:
    """The words of a line, quoted ones whole; raises UsageError for a quotation without an end."""
    try:
        return shlex.split(line)
    except ValueError as error:
        raise UsageError(f"{line}: {str(error).lower()}") from None


def source_and_settings(words: list[str]) -> tuple[str, dict[str, Any]]:
    """The URL of a source, by default `sim`, with all its options, and the session's own settings, from the same words.

    Raises UsageError for a word that does not fit.
    """
    begins_with_url = bool(words) and not re.match(r"\w+=", words[0])
    url, rest = (words[0], words[1:]) if begins_with_url else ("sim", words)
    options = _pairs(rest)
    settings = {key: _converted(key, options.pop(key)) for key in SETTINGS if key in options}
    query = "&".join(f"{key}={value}" for key, value in options.items())
    return (f"{url}{'&' if '?' in url else '?'}{query}" if query else url), settings


def decorator(words: list[str]) -> str:
    """The line of Python that marks a handler as these words do; raises UsageError for one that does not fit."""
    options = _pairs(words)
    unknown = [key for key in options if key not in MARKS]
    if unknown or not {"on", "topic"} <= options.keys():
        problem = f"unknown option {unknown[0]!r}" if unknown else "on= and topic= are needed"
        raise UsageError(f"{problem}; write %%handler on=Quote key=symbol topic=price_updates")
    written = {key: f"({value})" if key in ("on", "every") else repr(value) for key, value in options.items()}
    return f"@handler({', '.join(f'{key}={value}' for key, value in written.items())})"


def port(words: list[str]) -> int:
    """The port that is named, by default 8765; raises UsageError for what is none."""
    named, *more = words or ["8765"]
    if not (named.isdecimal() and int(named) <= 65_535):
        raise UsageError(f"%tradestream serve {named}: the port is a number from 0 to 65535")
    nothing(more)
    return int(named)


def nothing(words: list[str]) -> None:
    """Raise UsageError when there is anything at all."""
    if words:
        raise UsageError(f"{' '.join(words)}: nothing more is needed here")


def _pairs(words: list[str]) -> dict[str, str]:
    """Options by name from `key=value`; raises UsageError for another word and for a key that comes twice."""
    options: dict[str, str] = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals or not key.isidentifier():
            raise UsageError(f"{word!r} is not key=value")
        if key in options:
            raise UsageError(f"{key} is given twice")
        options[key] = value
    return options


def _converted(key: str, text: str) -> Any:
    """A session's setting from text; raises UsageError for one that does not fit."""
    try:
        return msgspec.convert(text, SETTINGS[key], strict=False)
    except msgspec.ValidationError:
        raise UsageError(f"{key}={text} does not fit; it is a {SETTINGS[key].__name__}") from None

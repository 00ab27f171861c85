"""Keeps tokens out of what uvicorn writes down of the addresses that it is asked for."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager

LOGGERS = ("uvicorn.access", "uvicorn.error")
TOKEN = re.compile(r"(?<=[?&]token=)[^&\s]+")


class Redaction(logging.Filter):
    """Lets every record through, with `***` in place of a token."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Change what the record's message is made of."""
        if isinstance(record.args, tuple):
            record.args = tuple([TOKEN.sub("***", arg) if isinstance(arg, str) else arg for arg in record.args])
        return True


@contextmanager
def redacted() -> Iterator[None]:
    """Redact for the length of a block."""
    redaction, loggers = Redaction(), [logging.getLogger(name) for name in LOGGERS]
    for logger in loggers:
        logger.addFilter(redaction)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeFilter(redaction)

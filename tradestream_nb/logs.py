"""Log records on standard error, as text for people or JSON for machines."""

from __future__ import annotations

import logging
from typing import Literal

from pythonjsonlogger.json import JsonFormatter


def set_up(style: Literal["text", "json"]) -> None:
    """Write every record from INFO up, one a line."""
    if style == "json":
        formatter: logging.Formatter = JsonFormatter(
            ["levelname", "name", "message"],
            rename_fields={"levelname": "level", "name": "logger"},
            timestamp="ts",
        )
    else:
        formatter = logging.Formatter("%(asctime)s %(levelname)-7s %(name)s  %(message)s", "%H:%M:%S")
    to_stderr = logging.StreamHandler()
    to_stderr.setFormatter(formatter)
    logging.basicConfig(level=logging.INFO, handlers=[to_stderr], force=True)
    for talkative in ("websockets.server", "watchfiles"):
        logging.getLogger(talkative).setLevel(logging.WARNING)

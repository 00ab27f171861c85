"""A session at a glance: its streams, its handlers, and what the host has done on its own account."""

from __future__ import annotations

from html import escape

import pandas as pd

from tradestream_nb.host import Host
from tradestream_nb.manager import ManagerStatus
from tradestream_nb.tables import table


def overview(title: str, status: ManagerStatus, host: Host) -> str:
    """As HTML, without ages, which would differ at every look."""
    streams = table(status.streams.values())[["stream", "state", "seq", "errors", "text"]]
    parts = [f"<p>{escape(title)}</p>", streams.to_html(index=False), handlers(host).to_html(index=False)]
    notices = "".join(f"<li>{escape(f'{notice.handler} {notice.text}')}</li>" for notice in host.notices)
    return "".join([*parts, f"<ul>{notices}</ul>" if notices else ""])


def handlers(host: Host) -> pd.DataFrame:
    """Each handler's contract, its version, and the parameters it runs with."""
    rows = [
        {
            "handler": str(spec),
            "version": spec.version,
            "parameters": ", ".join(f"{key}={value!r}" for key, value in host.slot(name).parameters.items()),
        }
        for name, spec in host.specs.items()
    ]
    return pd.DataFrame(rows, columns=["handler", "version", "parameters"])

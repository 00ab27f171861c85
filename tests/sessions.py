"""Sessions to test, and what is often asked of them."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

import IPython
import pytest
from IPython.core.events import EventManager

from tests.server.served import until
from tradestream_nb.contract import handler
from tradestream_nb.events import Bar, Quote
from tradestream_nb.loading import load_handlers, standard_folder
from tradestream_nb.session import Session
from tradestream_nb.sources.base import Outlet
from tradestream_nb.views import LiveView

HANDLERS = load_handlers(standard_folder())


class Broken:
    """A source that fails as soon as it runs."""

    name, polled, virtual = "broken", False, False

    async def run(self, outlet: Outlet) -> None:
        raise ConnectionError("no feed")

    def history(self, seconds: float) -> Iterable[Bar]:
        return ()


@handler(on=Quote, topic="own")
def refuses(quote: Quote) -> list[dict[str, Any]]:
    """Fail on every quote."""
    raise ValueError("will not")


def make(source: Any = "sim", handlers: Any = None, **options: Any) -> Session:
    return Session(source, handlers=handlers or HANDLERS, price_interval=0, **options)


def threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "tradestream"]


def seq(session: Session, topic: str = "price_updates") -> int:
    return session.status().streams[topic].seq


async def moved_on(session: Session) -> None:
    before = seq(session)
    await until(lambda: seq(session) > before)


def says_hello(view: LiveView) -> None:
    view._handle_custom_msg({"kind": "hello", "vid": "a", "v": True}, [])


def run_cell(monkeypatch: pytest.MonkeyPatch, cell: str | None, run: str) -> None:
    """Pretend that a notebook's kernel runs this cell."""
    events = EventManager(None, ["post_run_cell"])  # type: ignore[arg-type]
    parent = {"header": {"msg_id": run}, "metadata": {"cellId": cell} if cell else {}}
    monkeypatch.setattr(IPython, "get_ipython", lambda: SimpleNamespace(parent_header=parent, events=events))

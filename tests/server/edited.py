"""A pipeline over a folder with one handler, whose file is edited."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tradestream_nb import Quote
from tradestream_nb.hub import Hub
from tradestream_nb.loading import load_folder
from tradestream_nb.pipeline import Pipeline
from tradestream_nb.server.watching import Intake

SOURCE = """from tradestream_nb import Quote, handler

@handler(on=Quote, key="symbol", topic="NAME")
def NAME(quote, state):
    n = (state or 0) + 1
    return n, [{"symbol": quote.symbol, "n": n}]
"""
PLUS_1, PLUS_100 = "(state or 0) + 1", "(state or 0) + 100"


def source(name: str = "counter", *, before: str = "", after: str = "") -> str:
    return SOURCE.replace("NAME", name).replace(before, after)


class Running:
    """A pipeline over a folder with one handler."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "counter.py"
        self.file.write_text(source())
        self.pipeline = Pipeline(load_folder(folder), Hub(), record=200)
        self.intake = Intake(self.pipeline)

    def put(self, topic: str = "counter") -> Any:
        """The last message after one more event."""
        self.pipeline.put(Quote("A", ts=1))
        return self.pipeline.hub.messages(topic)[-1]["n"]

    async def add(self, name: str) -> Path:
        """Save a file of that name with a handler of that name, and return it."""
        file = self.file.with_name(f"{name}.py")
        file.write_text(source(name))
        await self.intake.take(file)
        return file

    async def edit(self, text: str) -> None:
        self.file.write_text(text)
        await self.intake.take(self.file)

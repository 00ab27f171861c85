"""A widget without a browser: comms that keep what was published, and browser code that needs no build."""

from __future__ import annotations

from typing import Any

import comm
import pytest
from comm.base_comm import BaseComm

from tradestream_nb.views import base


class RecordingComm(BaseComm):
    """Keeps what the kernel would have sent."""

    def __init__(self, **options: Any) -> None:
        self.published: list[tuple[str, dict[str, Any], list[bytes]]] = []
        super().__init__(**options)

    def publish_msg(
        self,
        msg_type: str,
        data: Any = None,
        metadata: Any = None,
        buffers: list[bytes] | None = None,
        **keys: Any,
    ) -> None:
        self.published.append((msg_type, data or {}, buffers or []))

    @property
    def frames(self) -> list[tuple[dict[str, Any], list[bytes]]]:
        """Custom messages to the browser, oldest first."""
        return [
            (data["content"], buffers)
            for kind, data, buffers in self.published
            if kind == "comm_msg" and data.get("method") == "custom"
        ]


@pytest.fixture(autouse=True)
def _recording(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comm, "create_comm", RecordingComm)
    monkeypatch.setattr(base, "asset", lambda name: f"/* {name} */")

"""What all live widgets share: the newest state goes out as frames, as fast as the browser can show them."""

from __future__ import annotations

from abc import abstractmethod
from collections import deque
from typing import Any

import anywidget
import traitlets
from ipywidgets import Layout

from tradestream_nb.views.assets import asset
from tradestream_nb.views.flow import Flow
from tradestream_nb.views.wire import Ack, Bye, FromView, Hello, Pick, Vis, read

_UNREAD = 256
"""Messages from browsers kept until the next pump; they repeat themselves, so older ones may go."""


class LiveView(anywidget.AnyWidget):
    """A widget that shows the newest of a stream of states and never queues the others.

    `offer` may be called from any thread and as often as one likes. `pump` is called by the owner about five times a
    second, always from one thread; it alone sends, and it handles what browsers have said since.
    """

    _esm_file: str
    _css_file: str

    still = traitlets.Enum(["", "stopped", "ended", "failed"], "").tag(sync=True)
    """Why nothing new comes; empty while it may."""

    def __init__(self) -> None:
        self._flow = Flow()
        self._heard: deque[Any] = deque(maxlen=_UNREAD)
        self._offered: deque[Any] = deque(maxlen=1)
        self._state: Any = None
        self._due = False
        self._full_due = False
        # Text and not a path: anywidget never frees a widget whose code it watches on disk.
        self._esm, self._css = asset(self._esm_file), asset(self._css_file)
        super().__init__(layout=Layout(width="100%", min_width="0"))
        # A callback may run on any thread and inside any cell, so it only leaves a note.
        self.on_msg(lambda _widget, content, _buffers: self._heard.append(content))

    @abstractmethod
    def frame(self, state: Any, *, full: bool) -> tuple[dict[str, Any], list[bytes]]:
        """The content and the binary figures that show `state`; `full` asks for everything a new view must know."""

    @abstractmethod
    def html(self) -> str:
        """What a saved notebook shows in the widget's place."""

    @property
    def sent_at(self) -> float:
        """When the newest frame went out, in monotonic seconds; minus infinity before the first."""
        return self._flow.sent_at

    def refresh(self) -> None:
        """Called at the start of every pump, for a view that fetches its own state."""

    def pick(self, symbol: str) -> None:
        """Called before `refresh` when somebody has chosen a symbol, for a view that has one to choose."""

    def offer(self, state: Any) -> None:
        """Make `state` the one that is shown next, in place of any that was not shown yet."""
        self._offered.append(state)

    def pump(self, now: float) -> bool:
        """Send one frame if there is news and a browser can take it; `now` is in monotonic seconds."""
        if self.comm is None:
            return False
        self._listen(now)
        self.refresh()
        if self._offered:
            self._state, self._due = self._offered.pop(), True
        if self._state is None or not self._due or not self._flow.may_send(now):
            return False
        content, buffers = self.frame(self._state, full=self._full_due)
        seq = self._flow.sent(now)
        self.send({"kind": "frame", "seq": seq, "full": self._full_due, **content}, buffers)
        self._due = self._full_due = False
        return True

    def _listen(self, now: float) -> None:
        while self._heard:
            message = read(self._heard.popleft())
            if message is not None:
                self._obey(message, now)

    def _obey(self, message: FromView, now: float) -> None:
        match message:
            case Hello(vid=vid, v=visible):
                self._flow.hello(vid, visible, now)
                self._due = self._full_due = True
            case Vis(vid=vid, v=visible):
                self._flow.show(vid, visible, now)
                # What a browser has not seen it cannot add to.
                self._due |= visible
                self._full_due |= visible
            case Ack(vid=vid, seq=seq):
                self._flow.ack(vid, seq, now)
            case Pick(symbol=symbol):
                self.pick(symbol)
            case Bye(vid=vid):
                self._flow.bye(vid)

    def __repr__(self) -> str:
        """The same text in every run, so that a saved notebook does not change."""
        return f"<{type(self).__name__}>"

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """The live widget, and beside it a picture in words for where no kernel runs."""
        bundle = super()._repr_mimebundle_(**options)
        if bundle is None:
            return None
        data, metadata = bundle
        return {**data, "text/plain": repr(self), "text/html": self.html()}, metadata

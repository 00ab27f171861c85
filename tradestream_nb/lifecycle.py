"""A session's start and its end: what is begun in which order, and undone however far it has come."""

from __future__ import annotations

import asyncio
import weakref
from typing import TYPE_CHECKING

from tradestream_nb.cell import running_cell
from tradestream_nb.cell_logs import keep_logs_out
from tradestream_nb.loop_thread import LoopThread
from tradestream_nb.manager import StreamManager
from tradestream_nb.reach import Reach
from tradestream_nb.swaps import Swaps

if TYPE_CHECKING:
    from tradestream_nb.server.front import Front
    from tradestream_nb.views.shelf import Shelf


class Lifecycle:
    """Runs the streams on a thread of their own, and beside them the views, what cells define, and a port.

    One that is forgotten takes its thread with it.
    """

    def __init__(self, manager: StreamManager, reach: Reach, shelf: Shelf) -> None:
        """`reach` leads to the thread from the start to the stop."""
        self._manager, self._reach, self._shelf = manager, reach, shelf
        self._swaps = Swaps(manager.pipeline, reach)
        self._cell = running_cell()
        self._changing = asyncio.Lock()
        self._front: Front | None = None

    async def start(self) -> None:
        """Run, in place of what an earlier run of the same cell has left; a second call changes nothing."""
        async with self._changing:
            if self._reach.thread is None:
                await self._replace_earlier()
                await self._begin()

    async def stop(self) -> None:
        """End all of it; a second call changes nothing."""
        async with self._changing:
            if self._reach.thread is not None:
                await self._end(self._reach.thread)

    async def serve(self, port: int) -> int:
        """Open a port of this machine until the stop, and return its number; a second call only returns it.

        Raises UserError before the start, and when the port is not to be had.
        """
        from tradestream_nb.server.front import Front

        async with self._changing:
            # Known before it opens, so that the stop closes it also where nobody waited for the port.
            self._front = self._front or Front(self._manager)
            return await self._reach.call(self._front.start("127.0.0.1", port))

    async def _replace_earlier(self) -> None:
        """Stop what an earlier run of this cell has started; the notebook's `Out` still holds its session."""
        for other in tuple(_running):
            if self._cell and other._cell and self._cell.id == other._cell.id and self._cell.run != other._cell.run:
                await other.stop()

    async def _begin(self) -> None:
        keep_logs_out()
        self._reach.thread = thread = LoopThread("tradestream", owner=self)
        try:
            await thread.call(self._manager.start_all())
            self._shelf.start(thread)
            self._swaps.start(self)
        except BaseException:
            await self._end(thread)
            raise
        _running.add(self)

    async def _end(self, thread: LoopThread) -> None:
        """Finish, also where whoever waits for that gives up; who gives up twice does not wait for it."""
        ending = asyncio.ensure_future(self._finish(thread))
        try:
            await asyncio.shield(ending)
        except asyncio.CancelledError:
            await asyncio.wait({ending})
            raise

    async def _finish(self, thread: LoopThread) -> None:
        """Undo what has been begun; the port closes after the streams, so that its clients hear of their end.

        Once it has let go of the thread, nothing there touches hub or views any more.
        """
        self._swaps.stop()
        self._shelf.pause()
        await thread.call(self._manager.stop_all())
        if self._front is not None:
            await thread.call(self._front.stop())
        self._reach.thread = None
        _running.discard(self)
        await thread.stop()
        self._shelf.stop()


_running: weakref.WeakSet[Lifecycle] = weakref.WeakSet()

"""Keeps log records of other threads out of a notebook's cells, where they would land in one long done."""

from __future__ import annotations

import logging
import threading

from tradestream_nb.cell import in_notebook


class OwnThread(logging.Handler):
    """Prints warnings that no other handler takes, of the main thread only: others would land in a cell long done."""

    def emit(self, record: logging.LogRecord) -> None:
        """Show it in the cell that runs, if that is where it comes from, and nobody else reads it."""
        if record.thread == threading.main_thread().ident and not self._is_read(record.name) and logging.lastResort:
            logging.lastResort.handle(record)

    def _is_read(self, name: str) -> bool:
        """Whether there is any other handler on the way of what this logger is told."""
        logger: logging.Logger | None = logging.getLogger(name)
        while logger is not None:
            if any(handler is not self for handler in logger.handlers):
                return True
            logger = logger.parent if logger.propagate else None
        return False


def keep_logs_out() -> None:
    """Keep the warnings of other threads out of cells; handlers that a user has set up still get all of them."""
    if in_notebook():
        logging.getLogger("tradestream_nb").addHandler(_own_thread)


_own_thread = OwnThread(logging.WARNING)

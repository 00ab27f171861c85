"""Where the `tradestream` command begins, and `python -m tradestream_nb`."""

from __future__ import annotations

import os
import signal

INTERRUPTED = 130
"""What a shell makes of a process that Ctrl-C has ended."""


def main() -> None:
    """Run the command; Ctrl-C ends it quietly, from the first moment on."""
    # Nothing is open yet that would have to be closed, and an import that is broken off leaves odd things behind.
    signal.signal(signal.SIGINT, lambda number, frame: os._exit(INTERRUPTED))
    from tradestream_nb.cli import main as command

    signal.signal(signal.SIGINT, _exit)
    command()


def _exit(number: int, frame: object) -> None:
    raise SystemExit(INTERRUPTED)


if __name__ == "__main__":
    main()

"""Everything that can go wrong on purpose.

TradestreamError
├── UserError                  the way out is in the user's hands: one clear line, exit code 2
│   ├── HandlerDefinitionError   a handler's file or signature is wrong
│   ├── SourceError              a source's URL is wrong
│   ├── DataFileError            a replay file cannot be read
│   ├── ServeError               the server cannot listen
│   ├── Unreachable              nothing answers where a client was told to connect
│   ├── ServerRefused            a server turned a client away for good
│   └── RequestRefused           a server did not grant what a client asked for
├── ContractViolation          a handler returned something else than its contract says
├── SourceLost                 the connection of a source is gone
├── ReaderTooSlow              a reader fell further behind than is kept for it
└── StreamFailed               a stream failed while a session ran
"""

from __future__ import annotations

from pathlib import Path
from traceback import extract_tb

ISOLATED = (Exception, SystemExit)
"""What a user's code may raise without ending what runs it; `sys.exit` in a handler ends no server."""


def one_line(error: BaseException) -> str:
    """The type and the message of an exception, on one line."""
    return " ".join(f"{type(error).__name__}: {error}".split())


def last_line(error: BaseException, file: str) -> int | None:
    """The last line of `file` that the exception passed through; None when it passed through none."""
    lines = [frame.lineno for frame in extract_tb(error.__traceback__) if frame.filename == file]
    return lines[-1] if lines else None


class TradestreamError(Exception):
    """The root of the tree."""


class UserError(TradestreamError):
    """Raised when the user can put it right; the message names the thing and the way out."""

    def _render_traceback_(self) -> list[str]:
        """What IPython prints in place of a traceback, which would tell the user nothing more."""
        return [f"{type(self).__name__}: {self}"]


class HandlerDefinitionError(UserError):
    """Raised when a handler's file does not import or its signature does not fit the contract."""

    def __init__(self, problem: str, *, file: str | Path = "<cell>", line: int = 1) -> None:
        self.problem, self.file, self.line = problem, str(file), line
        super().__init__(f"{file}:{line}: {problem}")


class SourceError(UserError):
    """Raised when a source's URL names an unknown source or a parameter that does not fit."""


class DataFileError(UserError):
    """Raised when a file to replay is missing or holds something that is not a price."""

    def __init__(self, path: str | Path, problem: str, *, row: int | None = None, column: str | None = None) -> None:
        self.path, self.problem, self.row, self.column = str(path), problem, row, column
        place = "".join([f", row {row}" if row is not None else "", f", column {column!r}" if column else ""])
        super().__init__(f"{path}{place}: {problem}")


class ServeError(UserError):
    """Raised when the server cannot listen where it was told to."""


class Unreachable(UserError):
    """Raised when no server of this protocol could be reached in time."""

    def __init__(self, url: str, problem: str) -> None:
        self.url, self.problem = url, problem
        super().__init__(f"{url} cannot be reached: {problem}; is a server running there, as by `tradestream serve`?")


class ServerRefused(UserError):
    """Raised when a server turned a client away for good; `code` is a WebSocket close code or an HTTP status."""

    def __init__(self, url: str, code: int, problem: str) -> None:
        self.url, self.code, self.problem = url, code, problem
        super().__init__(f"{url} refuses this client ({code}): {problem}")


class RequestRefused(UserError):
    """Raised when a server did not grant a request; nothing has changed then. `code` is a word for programs."""

    def __init__(self, code: str, problem: str) -> None:
        self.code, self.problem = code, problem
        super().__init__(f"{problem} ({code})")


class ContractViolation(TradestreamError):
    """Raised when a handler returns something else than `(state, messages)`, or `messages` for a stateless one."""

    def __init__(self, name: str, problem: str) -> None:
        self.name, self.problem = name, problem
        super().__init__(f"{name!r} {problem}")


class SourceLost(TradestreamError):
    """Raised when a source loses its connection, or does not get one; the manager tries again."""


class ReaderTooSlow(TradestreamError):
    """Raised when a reader fell behind what an event topic keeps, so that messages would be missing."""

    def __init__(self, topic: str, behind: int) -> None:
        self.topic, self.behind = topic, behind
        super().__init__(f"a reader of {topic!r} is {behind} messages behind")


class StreamFailed(TradestreamError):
    """Raised by `raise_if_failed` with what failed."""

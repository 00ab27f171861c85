"""The options of who may come in, gathered into one `Access`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from pathlib import Path
from typing import Any, TypeVar

from tradestream_nb.cli.options import option, path
from tradestream_nb.server.door.access import Access
from tradestream_nb.server.door.tls import tls_context
from tradestream_nb.server.door.tokens import FORM, read_tokens

F = TypeVar("F", bound=Callable[..., Any])

access = partial(option, section="Security")

OPTIONS = (
    access("--token", multiple=True, metavar=FORM, help="Let in who has SECRET. Scopes are topics, `read` for all of "
           "them, and `operate`; without scopes it may do everything. May be repeated."),
    access("--tokens", type=path, metavar="FILE", help="Tokens in a TOML file, which `ps` does not show."),
    access("--insecure", is_flag=True, help="Let other machines connect without a token."),
    access("--allow-host", multiple=True, metavar="NAME", help="A name that the server is called by, besides its own; "
           "* is any. May be repeated."),
    access("--allow-origin", multiple=True, metavar="ORIGIN", help="Pages that may connect, besides the server's own, "
           "as in https://desk.example.com; * is any. May be repeated."),
    access("--allow-query-token", is_flag=True, help="Take a token from the address too (?token=), where it ends up in "
           "histories and logs."),
    access("--certfile", type=path, metavar="FILE", help="Certificate chain in PEM, for https and wss."),
    access("--keyfile", type=path, metavar="FILE", help="Its private key in PEM, where that is in another file."),
)  # fmt: skip
NAMES = ("token", "tokens", "insecure", "allow_host", "allow_origin", "allow_query_token", "certfile", "keyfile")


def access_options(command: F) -> F:
    """Add the options to a command, which gets them as one argument, `access`."""

    @wraps(command)
    def gathered(**given: Any) -> Any:
        read = read_access(**{name: given.pop(name) for name in NAMES})
        return command(**given, access=read)

    for add in reversed(OPTIONS):
        gathered = add(gathered)
    return gathered  # type: ignore[return-value]


def read_access(
    *,
    token: tuple[str, ...],
    tokens: Path | None,
    insecure: bool,
    allow_host: tuple[str, ...],
    allow_origin: tuple[str, ...],
    allow_query_token: bool,
    certfile: Path | None,
    keyfile: Path | None,
) -> Access:
    """What these options say; raises UserError for one that does not fit."""
    return Access(
        tokens=read_tokens(token, tokens),
        hosts=allow_host,
        origins=allow_origin,
        query_token=allow_query_token,
        insecure=insecure,
        tls=tls_context(certfile, keyfile),
    )

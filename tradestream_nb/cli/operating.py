"""What the commands for operators share: which server they ask, and what it says."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import OpenerDirector, ProxyHandler, Request, build_opener

from tradestream_nb.cli.options import option
from tradestream_nb.errors import UserError
from tradestream_nb.server.door.address import is_loopback
from tradestream_nb.server.door.tokens import FORM, operating_secret

PATIENCE = 10.0
"""Seconds without a word after which a server is given up."""
SAID = 300
"""Bytes of a refusal that are told."""

server = partial(option, section="Server")
url_option = server("--url", default="http://127.0.0.1:8765", help="Address of the server, with what it is mounted at.")
token_option = server("--token", multiple=True, metavar=FORM, help="What the server lets operators in with; of several "
                      "the first that may operate.")  # fmt: skip


def ask(url: str, tokens: tuple[str, ...], path: str, show: Callable[[Any], str], *, method: str = "GET") -> str:
    """The server's answer as `show` shows it; raises UserError when that cannot be done, or when it refuses."""
    request = Request(_address(url) + path, method=method)
    if (secret := operating_secret(tokens)) is not None:
        # Not for whoever the server may redirect to.
        request.add_unredirected_header("Authorization", f"Bearer {secret}")
    try:
        with _opener(url).open(request, timeout=PATIENCE) as answer:
            return show(json.load(answer))
    except HTTPError as refusal:
        raise UserError(_refusal(url, refusal)) from None
    except (OSError, HTTPException) as error:
        reason = error.reason if isinstance(error, URLError) else error
        problem = f"{url} does not answer ({_line(getattr(reason, 'strerror', None) or reason)})"
        raise UserError(f"{problem}; name the server with --url, as tradestream serve says it") from None
    except (ValueError, LookupError, TypeError, AttributeError):
        raise UserError(_stranger(url)) from None


def printable(text: str) -> str:
    """A client names symbols as it likes, and a stranger says what it likes; none is to command the terminal."""
    return "".join(character if character.isprintable() else "�" for character in text)


def _address(url: str) -> str:
    with suppress(ValueError):
        if url.startswith(("http://", "https://")) and urlsplit(url).hostname:
            return url.rstrip("/")
    raise UserError(f"--url {url!r} is not an address, as in http://127.0.0.1:8765")


def _opener(url: str) -> OpenerDirector:
    """Takes the proxy of the environment, though not to this machine."""
    own = is_loopback(urlsplit(url).hostname or "")
    return build_opener(*[ProxyHandler({})] if own else [])


def _refusal(url: str, refusal: HTTPError) -> str:
    said = ""
    with refusal, suppress(OSError, HTTPException):
        said = _line(refusal.read(SAID).decode(errors="replace"))
    if refusal.code == 404 and said.startswith("there is no client"):
        return f"{said}; tradestream clients lists those there are"
    if refusal.code in (401, 403) and said:
        return said if ";" in said else f"{said}; name one that may operate with --token"
    return _stranger(url) if refusal.code == 404 else f"{url} answers {refusal.code} {_line(refusal.reason)}"


def _stranger(url: str) -> str:
    return f"{url} is no tradestream server; name one with --url"


def _line(said: object) -> str:
    return printable(" ".join(str(said).split()))

"""The tokens that let clients in: how they are written down, and whose a token is."""

from __future__ import annotations

import hashlib
import hmac
import re
import tomllib
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

import msgspec

from tradestream_nb.errors import UserError
from tradestream_nb.server.door.identity import Identity

SHORTEST = 16
"""Characters of a secret; shorter ones can be guessed."""
READ, OPERATE = "read", "operate"
"""Scopes beside the names of topics: every topic, and the operator's part."""
FORM = "[NAME=]SECRET[:SCOPE,...]"
_SECRET = r"[A-Za-z0-9._~+/-]+=*"
"""What fits behind `Bearer` in a header (RFC 6750)."""
_WRITTEN = re.compile(rf"(?:(?P<name>[A-Za-z][\w-]*)=)?(?P<secret>{_SECRET})(?::(?P<scopes>.*))?")


class Written(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One token in a file; without scopes it may do everything."""

    secret: str
    scopes: list[str] | None = None


class Tokens:
    """Tokens by what is left of their secrets: a digest, so that nothing that is printed tells one."""

    def __init__(self) -> None:
        self._identities: dict[bytes, Identity] = {}

    def __len__(self) -> int:
        return len(self._identities)

    def add(self, name: str, secret: str, scopes: Collection[str] | None = None) -> None:
        """Accept a secret from now on; raises UserError for one that is too short or cannot be sent."""
        if len(secret) < SHORTEST:
            raise UserError(f"the token {name!r} needs {SHORTEST} characters or more; make one with: tradestream token")
        if not re.fullmatch(_SECRET, secret):
            raise UserError(f"the token {name!r} holds a character that a header cannot carry; use letters and digits")
        if name in {identity.name for identity in self._identities.values()}:
            raise UserError(f"there are two tokens named {name!r}; give each a name of its own, as in {name}-2=SECRET")
        self._identities[_digest(secret)] = _identity(name, scopes)

    def identify(self, token: str) -> Identity | None:
        """Whose a token is; takes as long for a wrong one as for a right one."""
        given, found = _digest(token), None
        for digest, identity in self._identities.items():
            if hmac.compare_digest(digest, given):
                found = identity
        return found

    def check(self, topics: Collection[str]) -> None:
        """Raise UserError for a scope that is none of these topics, which would let its client read nothing."""
        for identity in self._identities.values():
            unknown = sorted((identity.topics or frozenset()) - set(topics))
            if unknown:
                known = ", ".join([*topics, READ, OPERATE])
                raise UserError(
                    f"the token {identity.name!r} asks for {unknown[0]!r}, which is no scope; there are {known}"
                )


def read_tokens(written: Iterable[str] = (), file: Path | None = None) -> Tokens | None:
    """The tokens as they are written on the command line and in a TOML file; None when there are none.

    Raises UserError for one of another form, without repeating it.
    """
    tokens = Tokens()
    for name, secret, scopes in _split_up(written):
        tokens.add(name, secret, scopes)
    for name, entry in _entries(file).items() if file else ():
        tokens.add(name, entry.secret, entry.scopes)
    return tokens if len(tokens) else None


def operating_secret(written: Iterable[str]) -> str | None:
    """The secret of the first of these tokens that may operate, else of the first; None when there are none.

    Raises UserError for one of another form.
    """
    tokens = list(_split_up(written))
    able = [secret for _, secret, scopes in tokens if scopes is None or OPERATE in scopes]
    return next(iter(able or [secret for _, secret, _ in tokens]), None)


def _split_up(written: Iterable[str]) -> Iterator[tuple[str, str, list[str] | None]]:
    """Name, secret and scopes of each."""
    for number, text in enumerate(written, 1):
        match = _WRITTEN.fullmatch(text)
        if match is None:
            raise UserError(f"--token number {number} is not {FORM}, as in desk=SECRET:price_updates,signals")
        name, scopes = match["name"] or ("token" if number == 1 else f"token-{number}"), match["scopes"]
        yield name, match["secret"], None if scopes is None else _split(scopes)


def _entries(file: Path) -> dict[str, Written]:
    try:
        return msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), dict[str, Written])
    except OSError as error:
        raise UserError(f"{file}: {(error.strerror or 'cannot be read').lower()}") from None
    except UnicodeDecodeError:
        raise UserError(f"{file} is not a text file in UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"{file}: {error}") from None
    except msgspec.ValidationError as error:
        raise UserError(f'{file}: {error}; a token is written [NAME] secret = "..." scopes = [...]') from None


def _identity(name: str, scopes: Collection[str] | None) -> Identity:
    if scopes is None:
        return Identity(name, operate=True)
    topics = None if READ in scopes else frozenset(scopes) - {OPERATE}
    return Identity(name, topics, operate=OPERATE in scopes)


def _split(scopes: str) -> list[str]:
    return [scope.strip() for scope in scopes.split(",") if scope.strip()]


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode(errors="surrogatepass")).digest()

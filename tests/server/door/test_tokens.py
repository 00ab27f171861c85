"""How tokens are written down, and that nothing tells them again."""

from __future__ import annotations

from pathlib import Path

import pytest

from tradestream_nb.errors import UserError
from tradestream_nb.server.door.identity import Identity
from tradestream_nb.server.door.tokens import SHORTEST, Tokens, operating_secret, read_tokens

SECRET = "s3cret-0123456789/+=="
OTHER = "another.secret~0123456789"


def only(written: str) -> Identity | None:
    """Whose `SECRET` is after a token is written so."""
    tokens = read_tokens([written])
    assert tokens is not None
    return tokens.identify(SECRET)


@pytest.mark.parametrize(
    ("written", "identity"),
    [
        (SECRET, Identity("token", operate=True)),
        (f"desk={SECRET}", Identity("desk", operate=True)),
        (f"desk={SECRET}:read", Identity("desk")),
        (f"desk={SECRET}:read,operate", Identity("desk", operate=True)),
        (f"desk={SECRET}:operate", Identity("desk", frozenset(), operate=True)),
        (f"desk={SECRET}:signals, trades", Identity("desk", frozenset({"signals", "trades"}))),
        (f"{SECRET}:read", Identity("token")),
        (f"{SECRET}:", Identity("token", frozenset())),
    ],
)
def test_a_token_has_a_name_a_secret_and_scopes(written: str, identity: Identity) -> None:
    assert only(written) == identity


def test_a_secret_that_ends_like_base64_is_not_taken_for_a_name() -> None:
    tokens = read_tokens(["QUJDREVGR0hJSktMTU5PUA=="])
    assert tokens is not None
    assert tokens.identify("QUJDREVGR0hJSktMTU5PUA==") == Identity("token", operate=True)


def test_no_token_is_no_tokens() -> None:
    assert read_tokens() is None


def test_a_token_that_is_nobodys_identifies_nobody() -> None:
    tokens = read_tokens([SECRET, f"b={OTHER}:read"])
    assert tokens is not None and len(tokens) == 2
    assert tokens.identify(OTHER) == Identity("b")
    assert [tokens.identify(wrong) for wrong in ("", SECRET[:-1], f"{SECRET}x", "größe", "\ud800x")] == [None] * 5


def test_tokens_without_a_name_are_numbered() -> None:
    tokens = read_tokens([SECRET, OTHER])
    assert tokens is not None
    assert (tokens.identify(OTHER) or Identity("")).name == "token-2"


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("", "is not .*SECRET"),
        ("desk=", "needs 16 characters"),
        ("x" * (SHORTEST - 1), "needs 16 characters"),
        (f"desk={SECRET} with spaces", "is not .*SECRET"),
        (f"1desk={SECRET}", "is not .*SECRET"),
    ],
)
def test_what_is_no_token_is_refused_without_being_repeated(written: str, problem: str) -> None:
    with pytest.raises(UserError, match=problem) as refused:
        read_tokens([written])
    assert SECRET not in str(refused.value)


def test_two_tokens_need_two_names() -> None:
    with pytest.raises(UserError, match="two tokens named 'desk'"):
        read_tokens([f"desk={SECRET}", f"desk={OTHER}"])


def test_a_file_holds_tokens_by_name(tmp_path: Path) -> None:
    file = tmp_path / "tokens.toml"
    file.write_text(f'[desk]\nsecret = "{SECRET}"\nscopes = ["read"]\n[ops]\nsecret = "{OTHER}"\n')
    tokens = read_tokens(file=file)
    assert tokens is not None
    assert tokens.identify(SECRET) == Identity("desk")
    assert tokens.identify(OTHER) == Identity("ops", operate=True)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("[desk", "tokens.toml: "),
        ("[desk]\n", "missing required field `secret`"),
        (f'[desk]\nsecret = "{SECRET}"\nscope = "read"\n', "unknown field `scope`"),
        (f'desk = "{SECRET}"\n', "Expected `object`"),
        (f'[desk]\nsecret = "{SECRET} {SECRET}"\n', "'desk' holds a character"),
        (None, "tokens.toml: no such file"),
    ],
)
def test_a_file_that_holds_something_else_is_told_in_one_line(
    tmp_path: Path, content: str | None, problem: str
) -> None:
    file = tmp_path / "tokens.toml"
    if content is not None:
        file.write_text(content)
    with pytest.raises(UserError, match=problem) as refused:
        read_tokens(file=file)
    assert SECRET not in str(refused.value) and "\n" not in str(refused.value)


def test_a_scope_that_is_no_topic_is_told_before_it_lets_nobody_read() -> None:
    tokens = read_tokens([f"desk={SECRET}:prices"])
    assert tokens is not None
    with pytest.raises(UserError, match="'desk' asks for 'prices', .* price_updates, signals, read, operate"):
        tokens.check(["price_updates", "signals"])
    Tokens().check([])


def test_nothing_that_is_printed_tells_a_secret() -> None:
    tokens = read_tokens([f"desk={SECRET}"])
    assert SECRET not in repr(tokens) + repr(vars(tokens))


@pytest.mark.parametrize(
    ("written", "secret"),
    [
        ([], None),
        ([SECRET], SECRET),
        ([f"board={OTHER}:read", f"ops={SECRET}:operate"], SECRET),
        ([f"board={OTHER}:read", f"ops={SECRET}"], SECRET),
        ([f"board={SECRET}:read", f"wall={OTHER}:signals"], SECRET),
    ],
)
def test_an_operator_uses_the_first_secret_that_may_operate(written: list[str], secret: str | None) -> None:
    assert operating_secret(written) == secret

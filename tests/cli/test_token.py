"""`tradestream token`: a secret to use at once."""

from __future__ import annotations

from tests.cli.commands import invoke
from tradestream_nb.server.door.tokens import read_tokens


def test_every_secret_is_new_and_can_be_used() -> None:
    secrets = {invoke("token").stdout.strip() for _ in range(20)}
    assert len(secrets) == 20
    assert len(read_tokens([f"t{number}={secret}" for number, secret in enumerate(secrets)]) or ()) == 20

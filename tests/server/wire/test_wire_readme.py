"""What the README shows of the wire is what is said on it."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from tests.project.tree import ROOT
from tests.server.talk import TS, Talk, price
from tradestream_nb.hub import Hub
from tradestream_nb.server.wire.asyncapi import MODES
from tradestream_nb.server.wire.legacy import LegacyProtocol
from tradestream_nb.server.wire.protocol import Protocol
from tradestream_nb.server.wire.refusal import Code
from tradestream_nb.server.wire.requests import V1_REQUESTS
from tradestream_nb.server.wire.v1 import V1Protocol

README = (ROOT / "README.md").read_text(encoding="utf-8")
WIRE = README.partition("## The wire\n")[2].partition("\n## ")[0]
LEGACY_TALK, V1_TALK = re.findall(r"```jsonl\n(.*?)```", WIRE, re.DOTALL)


@pytest.mark.parametrize(("mode", "talk"), [(LegacyProtocol, LEGACY_TALK), (V1Protocol, V1_TALK)])
def test_the_conversations_go_as_they_are_shown(mode: type[Protocol], talk: str) -> None:
    hub = Hub(epoch="e1")
    client = Talk(mode, hub)
    hub.publish("price_updates", price(), TS)
    if mode is LegacyProtocol:
        client.frames()
    heard: list[str] = []
    for line in talk.splitlines():
        if line.startswith("→ "):
            heard += [frame.decode() for frame in [*client.say(line[2:]), *client.frames()]]
    assert heard == [line[2:] for line in talk.splitlines() if line.startswith("← ")]


def test_every_request_is_told_with_its_answer() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \|.*\| `(\w+)` \|$", WIRE, re.MULTILINE))
    assert rows.keys() == {kind.kind() for kind in V1_REQUESTS}
    replies = {str(reply.__struct_config__.tag) for reply in MODES["v1"][3]}
    assert set(rows.values()) <= replies


def test_every_error_code_is_told() -> None:
    codes = re.search(r"`code` is for programs: (.*?);", WIRE, re.DOTALL)
    assert codes
    assert re.findall(r"`(\w+)`", codes[1]) == list(get_args(Code))

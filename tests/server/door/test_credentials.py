"""Where a token may be in a request."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.server.doors import knock
from tradestream_nb.server.door.credentials import BEARER, NoCredential, credential, offered

TOKEN = "s3cret~0123456789/+=="


def packed(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "headers",
    [
        {"authorization": f"Bearer {TOKEN}"},
        {"authorization": f"BEARER {TOKEN} "},
        {"authorization": f"Basic {packed(f'anyone:{TOKEN}')}"},
        {"authorization": f"Basic {packed(f':{TOKEN}')}"},
        {"sec_websocket_protocol": f"tradestream.v1.json,{BEARER}{packed(TOKEN).rstrip('=')}"},
    ],
)
def test_a_token_is_found_where_programs_and_browsers_put_it(headers: dict[str, str]) -> None:
    assert credential(knock(**headers)) == TOKEN


def test_where_there_is_none_none_is_found() -> None:
    assert credential(knock(sec_websocket_protocol="tradestream.v1.json")) is None


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_a_browser_can_send_any_token(token: str) -> None:
    name = BEARER + base64.urlsafe_b64encode(token.encode()).decode().rstrip("=")
    assert credential(knock(sec_websocket_protocol=name)) == token


def test_the_header_comes_before_the_subprotocol() -> None:
    both = knock(authorization=f"Bearer {TOKEN}", sec_websocket_protocol=f"{BEARER}{packed('other')}")
    assert credential(both) == TOKEN


def test_the_address_is_looked_at_only_when_told_to() -> None:
    request = knock(query=f"auto=1&token={'a' * 20}")
    assert credential(request, query=True) == "a" * 20
    with pytest.raises(NoCredential, match="Authorization header"):
        credential(request)


@pytest.mark.parametrize("value", ["Basic ***", "Basic /w==", "Digest a=b", "token"])
def test_what_cannot_be_a_token_is_not_taken_for_none(value: str) -> None:
    with pytest.raises(NoCredential):
        credential(knock(authorization=value))


def test_subprotocols_keep_the_clients_order() -> None:
    assert offered(knock(sec_websocket_protocol=" b , a,,c ")) == ["b", "a", "c"]

"""Who is let in, as whom, and how the others are told."""

from __future__ import annotations

import base64
import logging
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.server.doors import HOST, door, knock
from tradestream_nb.errors import ServeError
from tradestream_nb.server.door.access import Access
from tradestream_nb.server.door.admission import Admission
from tradestream_nb.server.door.identity import ANYONE, LOCAL, Identity
from tradestream_nb.server.door.tokens import read_tokens
from tradestream_nb.server.limits import Limits
from tradestream_nb.server.web.http import HttpRequest, Reply

DESK, OPERATOR, WRONG = "desk-secret-0123456789", "ops-secret-0123456789", "wrong-secret-0123456789"
TOKENS = read_tokens([f"desk={DESK}:signals", f"ops={OPERATOR}:read,operate"])
READER = Identity("desk", frozenset({"signals"}))
WITH_TOKENS = Access(tokens=TOKENS)
AWAY = "192.0.2.7"
DOOR = door(WITH_TOKENS)


def base64url(token: str) -> str:
    return base64.urlsafe_b64encode(token.encode()).decode().rstrip("=")


def basic(token: str) -> str:
    return "Basic " + base64.b64encode(f"someone:{token}".encode()).decode()


def status(decision: Reply | Admission) -> int:
    return decision.status if isinstance(decision, Reply) else 101


def admitted(decision: Reply | Admission) -> Admission:
    assert isinstance(decision, Admission), decision
    return decision


@pytest.mark.parametrize(
    ("offer", "expected"),
    [
        ("", (None, "legacy", "json")),
        ("graphql-ws", (None, "legacy", "json")),
        ("tradestream.v9", ("tradestream.v9", "unknown", "json")),
        ("tradestream.v9, tradestream.v1.json", ("tradestream.v1.json", "v1", "json")),
        ("tradestream.bearer.c2VjcmV0", (None, "legacy", "json")),
        ("tradestream.v1.json", ("tradestream.v1.json", "v1", "json")),
        ("other, tradestream.v1.msgpack, tradestream.v1.json", ("tradestream.v1.msgpack", "v1", "msgpack")),
    ],
)
def test_the_subprotocol_chooses_mode_and_codec(offer: str, expected: tuple[str | None, str, str]) -> None:
    admission = admitted(door().enter(knock(sec_websocket_protocol=offer)))
    assert (admission.subprotocol, admission.mode, admission.codec) == expected


def test_without_tokens_this_machine_may_do_everything_and_others_may_read() -> None:
    assert admitted(door().enter(knock())).identity == LOCAL
    assert admitted(door().enter(knock(remote="::ffff:127.0.0.1"))).identity == LOCAL
    stranger = door(Access(insecure=True), host="0.0.0.0").enter(knock(remote=AWAY, host=f"{AWAY}:8765"))
    assert admitted(stranger).identity == ANYONE
    assert not ANYONE.operate


@pytest.mark.parametrize(
    "headers",
    [
        {"authorization": f"Bearer {DESK}"},
        {"authorization": f"bearer  {DESK}"},
        {"authorization": basic(DESK)},
        {"sec_websocket_protocol": f"tradestream.bearer.{base64url(DESK)}, tradestream.v1.json"},
    ],
)
def test_a_token_is_taken_from_header_or_subprotocol(headers: dict[str, str]) -> None:
    admission = admitted(door(WITH_TOKENS).enter(knock(**headers)))
    assert admission.identity == READER
    assert "bearer" not in str(admission.subprotocol)


def test_who_brings_no_token_has_yet_to_say_it() -> None:
    assert admitted(door(WITH_TOKENS).enter(knock())).identity is None
    assert door(WITH_TOKENS).identify(DESK) == READER
    assert door(WITH_TOKENS).identify(WRONG) is None


@pytest.mark.parametrize(
    "headers",
    [
        {"authorization": f"Bearer {WRONG}"},
        {"authorization": "Bearer"},
        {"authorization": basic(WRONG)},
        {"authorization": "Basic !"},
        {"authorization": "Digest username=x"},
        {"sec_websocket_protocol": f"tradestream.bearer.{base64url(WRONG)}"},
        {"sec_websocket_protocol": "tradestream.bearer.?"},
        {"sec_websocket_protocol": "tradestream.bearer."},
    ],
)
@pytest.mark.parametrize("path", ["/ws", "/status", "/"])
def test_a_wrong_token_is_refused_wherever_it_is(path: str, headers: dict[str, str]) -> None:
    reply = door(WITH_TOKENS).enter(knock(path, **headers))
    assert isinstance(reply, Reply) and reply.status == 401
    assert reply.headers()["WWW-Authenticate"].startswith("Bearer ")


def test_a_token_in_the_address_is_taken_only_where_that_is_switched_on() -> None:
    request = knock(query=f"a=b&token={DESK}")
    assert status(door(WITH_TOKENS).enter(request)) == 401
    assert admitted(door(Access(tokens=TOKENS, query_token=True)).enter(request)).identity == READER


HOSTS = {"127.0.0.1:8765": True, "evil.example": False}
ORIGINS = {None: True, "http://localhost:3000": True, "https://evil.example": False}
BEARERS = {None: None, DESK: READER, OPERATOR: Identity("ops", operate=True), WRONG: False}
NEEDS = {"/ws": "nothing", "/": "nothing", "/healthz": "nothing", "/status": "token", "/clients": "operate"}


@pytest.mark.parametrize(("host", "origin", "token", "path"), list(product(HOSTS, ORIGINS, BEARERS, NEEDS)))
def test_every_mix_of_host_origin_token_and_path(host: str, origin: str | None, token: str | None, path: str) -> None:
    headers = {"host": host, "origin": origin, "authorization": token and f"Bearer {token}"}
    decision = door(WITH_TOKENS).enter(knock(path, **{name: value for name, value in headers.items() if value}))
    assert status(decision) == expected(host, origin, token, path)


def expected(host: str, origin: str | None, token: str | None, path: str) -> int:
    identity = BEARERS[token]
    if not (HOSTS[host] and ORIGINS[origin]):
        return 403
    if identity is False or (identity is None and NEEDS[path] != "nothing"):
        return 401
    if NEEDS[path] == "operate" and not (isinstance(identity, Identity) and identity.operate):
        return 403
    return 101 if path == "/ws" else 200


HEADER = st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters="\x7f"), max_size=40)
NAMES = st.sampled_from(("host", "origin", "authorization", "sec-websocket-protocol", "upgrade", "accept"))
PREFIXES = st.sampled_from(("", "Bearer ", "Basic ", "tradestream.bearer.", "http://", "127.0.0.1", "["))
VALUES = st.builds("{}{}".format, PREFIXES, HEADER)


@given(
    path=st.sampled_from(("/ws", "/", "/status", "/clients", "/x")),
    query=HEADER,
    headers=st.dictionaries(NAMES, VALUES),
)
def test_no_header_is_too_odd_for_an_answer(path: str, query: str, headers: dict[str, str]) -> None:
    request = HttpRequest("GET", path, query, {"host": HOST, **headers}, HOST)
    assert status(DOOR.enter(request)) in (101, 200, 400, 401, 403, 404, 426, 429, 503)


def test_neither_secret_nor_address_line_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    admissions = door(WITH_TOKENS)
    for request in (
        knock(authorization=f"Bearer {WRONG}"),
        knock(query=f"token={DESK}"),
        knock(authorization=basic(WRONG)),
    ):
        assert status(admissions.enter(request)) == 401
    assert len(caplog.records) == 3
    assert not [text for text in (WRONG, DESK, "token=") for record in caplog.records if text in str(vars(record))]
    assert vars(caplog.records[0]).items() >= {"remote": "127.0.0.1", "path": "/ws", "status": 401}.items()


def test_while_it_is_full_pages_are_shown_and_the_next_attempt_is_named() -> None:
    admissions = door(limits=Limits(connections=1))
    admissions.enter(knock())
    assert status(admissions.enter(knock("/healthz"))) == 200
    refusal = admissions.enter(knock())
    assert isinstance(refusal, Reply) and (refusal.status, refusal.headers()["Retry-After"]) == (503, "5")
    admissions.left(HOST)
    assert status(admissions.enter(knock())) == 101


def test_a_token_that_is_wrong_takes_no_room() -> None:
    admissions = door(WITH_TOKENS, limits=Limits(connections=1))
    assert status(admissions.enter(knock(authorization=f"Bearer {WRONG}"))) == 401
    assert status(admissions.enter(knock(authorization=f"Bearer {DESK}"))) == 101


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "desk.example"])
def test_other_machines_are_let_in_with_a_token_or_on_demand_only(host: str) -> None:
    with pytest.raises(ServeError, match=f"^{host} can be reached from other machines .*--token.*--insecure"):
        door(host=host)
    assert status(door(WITH_TOKENS, host=host).enter(knock())) == 101
    assert status(door(Access(insecure=True), host=host).enter(knock())) == 101

"""The whole protocol as an AsyncAPI 3 document, made from what the code itself uses."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from typing import Any

import msgspec

from tradestream_nb.frames import LEGACY, V1, Dialect
from tradestream_nb.server.wire.closing import CLOSINGS
from tradestream_nb.server.wire.replies import LEGACY_REPLIES, V1_REPLIES, Said
from tradestream_nb.server.wire.requests import LEGACY_REQUESTS, V1_REQUESTS, Request
from tradestream_nb.server.wire.schemas import REF, Schema, of_bodies, of_own, of_structs, of_topics, spread

Document = dict[str, Any]

ABOUT = """Prices, signals, portfolio, trades and stream health over WebSocket, in two modes on one address.

A client that offers no subprotocol is subscribed to everything at once (`legacy`). One that offers
`tradestream.v1.json`, or `tradestream.v1.msgpack` for the same in binary frames, begins with a `welcome` and subscribes
to what it wants (`v1`). Ignore fields and types that you do not know."""
MODES = {
    "legacy": ("Without a subprotocol: every channel from the start.", LEGACY, LEGACY_REQUESTS, LEGACY_REPLIES),
    "v1": ("Numbered, resumable, by channel and symbol.", V1, V1_REQUESTS, V1_REPLIES),
}
SUBPROTOCOLS = ["tradestream.v1.json", "tradestream.v1.msgpack"]
ANSWERS = {"ping": "pong", "auth": "authenticated", "list": "subscriptions", "configure": "configured"}
"""The types of answers by the types of requests; of others it is the request's past tense."""
SECURITY: Document = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "`Authorization: Bearer TOKEN` in the handshake."},
    "subprotocol": {
        "type": "httpApiKey",
        "in": "header",
        "name": "Sec-WebSocket-Protocol",
        "description": "For browsers: also offer `tradestream.bearer.` and the token in base64url without padding.",
    },
    "message": {
        "type": "userPassword",
        "description": 'The first message: `{"type":"auth","token":"..."}`, within the deadline.',
    },
    "query": {
        "type": "httpApiKey",
        "in": "query",
        "name": "token",
        "description": "Only where it is switched on, for addresses end up in logs.",
    },
}


@cache
def document() -> Document:
    """The document as plain data; may not be changed."""
    bodies = of_bodies()
    schemas = {name: schema for name, schema in bodies.items() if name not in spread()}
    messages: dict[str, Document] = {}
    for mode, (_, dialect, requests, replies) in MODES.items():
        schemas |= of_structs([*requests, *replies])
        messages |= {
            f"{mode}.{name}": message for name, message in _messages(dialect, bodies, requests, replies).items()
        }
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "tradestream_nb", "version": version("tradestream_nb"), "description": ABOUT},
        "defaultContentType": "application/json",
        "servers": _servers(),
        "channels": {mode: _channel(mode, about[0], messages) for mode, about in MODES.items()},
        "operations": {name: value for mode in MODES for name, value in _operations(mode, messages).items()},
        "components": {"schemas": schemas, "messages": messages, "securitySchemes": SECURITY},
        "x-close-codes": [msgspec.to_builtins(closing) for closing in CLOSINGS],
    }


def _messages(
    dialect: Dialect, bodies: dict[str, Schema], requests: tuple[type[Request], ...], replies: tuple[type[Said], ...]
) -> dict[str, Document]:
    said = {f"request.{kind.kind()}": {"$ref": REF + kind.__name__} for kind in requests}
    heard = {str(kind.__struct_config__.tag): {"$ref": REF + kind.__name__} for kind in replies}
    topics = of_topics(dialect, bodies)
    own = {"own": of_own()} if dialect.numbered else {}
    return {
        name: {"name": name.removeprefix("request."), "payload": payload}
        for name, payload in {**said, **heard, **topics, **own}.items()
    }


def _servers() -> Document:
    security = [{"$ref": f"#/components/securitySchemes/{name}"} for name in SECURITY]
    return {
        "local": {"host": "127.0.0.1:8765", "protocol": "ws", "description": "As `tradestream serve` begins."},
        "desk": {
            "host": "{host}",
            "protocol": "wss",
            "description": "Reached from other machines, with a token.",
            "variables": {"host": {"description": "Name and port.", "default": "localhost:8765"}},
            "security": security,
        },
    }


def _channel(mode: str, about: str, messages: dict[str, Document]) -> Document:
    names = [name for name in messages if name.startswith(f"{mode}.")]
    headers = {"type": "object", "properties": {"Sec-WebSocket-Protocol": {"type": "string", "enum": SUBPROTOCOLS}}}
    return {
        "address": "/ws",
        "title": mode,
        "description": about,
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
        "bindings": {
            "ws": {"method": "GET", **({"headers": headers} if mode == "v1" else {}), "bindingVersion": "0.1.0"}
        },
    }


def _operations(mode: str, messages: dict[str, Document]) -> Document:
    prefix = f"{mode}.request."
    asked = [name.removeprefix(prefix) for name in messages if name.startswith(prefix)]
    sent = [name for name in messages if name.startswith(f"{mode}.") and not name.startswith(prefix)]
    channel = {"$ref": f"#/channels/{mode}"}
    operations: Document = {
        f"{mode}.send": {"action": "send", "channel": channel, "messages": _refs(mode, sent)},
    }
    for kind in asked:
        answers = [f"{mode}.{ANSWERS.get(kind, f'{kind}d')}", f"{mode}.error"]
        operations[f"{mode}.{kind}"] = {
            "action": "receive",
            "channel": channel,
            "messages": _refs(mode, [prefix + kind]),
            "reply": {"channel": channel, "messages": _refs(mode, answers)},
        }
    return operations


def _refs(mode: str, names: list[str]) -> list[Document]:
    return [{"$ref": f"#/channels/{mode}/messages/{name}"} for name in names]

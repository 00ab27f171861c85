"""JSON Schemas of everything that is said, made from the Structs that say it and the shapes of the topics."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from tradestream_nb.bodies import Body
from tradestream_nb.frames import LEGACY, V1, Dialect, Shape

Schema = dict[str, Any]

REF = "#/components/schemas/"
NUMBER = {"type": ["number", "null"]}
"""A number of the streams; null where there is none, for JSON has no word for it."""
STAMP = {"type": "string", "format": "date-time", "description": "ISO 8601 in UTC."}
HEAD: Schema = {
    "seq": {"type": "integer", "description": "The message's place in its channel, from 1 in every epoch."},
    "ts": {"type": "integer", "description": "Epoch µs of the event that caused it."},
    "id": {"type": "string", "description": "What identifies it for good; the same when it is replayed."},
    "snapshot": {"const": True, "description": "There in the current values that follow a subscription."},
}


def of_structs(structs: Iterable[type[msgspec.Struct]]) -> dict[str, Schema]:
    """The schemas of Structs, and of those that they are made of, by name."""
    _, components = msgspec.json.schema_components(tuple(structs), ref_template=REF + "{name}")
    return dict(components)


def of_bodies() -> dict[str, Schema]:
    """The schemas of what stands in the frames of topics, in which any number may be missing."""
    shapes = [*LEGACY.shapes.values(), *V1.shapes.values()]
    schemas = of_structs({_body(shape): None for shape in shapes})
    return {name: _with_gaps(schema) for name, schema in schemas.items()}


def spread() -> set[str]:
    """The names of the bodies whose fields stand in a frame itself."""
    return {_body(shape).__name__ for dialect in (LEGACY, V1) for shape in dialect.shapes.values() if not shape.joined}


def of_topics(dialect: Dialect, bodies: dict[str, Schema]) -> dict[str, Schema]:
    """The schemas of a dialect's frames by the type of the message."""
    return {shape.type: _frame(dialect, topic, shape, bodies) for topic, shape in dialect.shapes.items()}


def of_own() -> Schema:
    """The schema of a frame of a topic that the operator's own handlers made."""
    head = {"type": {"type": "string"}, "channel": {"type": "string"}, **HEAD, "timestamp": {"type": "string"}}
    return {
        "type": "object",
        "description": "A message of a topic of your own: `type` is the topic's name, and its fields follow.",
        "properties": head,
        "required": ["type", "channel", "seq", "ts", "id", "timestamp"],
        "additionalProperties": True,
    }


def _frame(dialect: Dialect, topic: str, shape: Shape, bodies: dict[str, Schema]) -> Schema:
    body = bodies[_body(shape).__name__]
    head: Schema = {"type": {"const": shape.type}}
    required = ["type"]
    if dialect.numbered:
        head |= {"channel": {"const": topic}, **{k: v for k, v in HEAD.items() if k != "id" or not shape.joined}}
        required = [name for name in head if name != "snapshot"]
    if shape.joined:
        lines = {"type": "object", "additionalProperties": {"$ref": REF + _body(shape).__name__}}
        return _object(body["description"], head | {shape.joined: lines, "timestamp": STAMP}, required + [shape.joined])
    properties = {name: STAMP if name == "timestamp" else value for name, value in body["properties"].items()}
    return _object(body["description"], head | properties, required + body["required"])


def _object(description: str, properties: Schema, required: list[str]) -> Schema:
    required = list(dict.fromkeys([*required, "timestamp"]))
    return {"type": "object", "description": description, "properties": properties, "required": required}


def _body(shape: Shape) -> type[Body]:
    assert isinstance(shape.body, type) and issubclass(shape.body, Body)
    return shape.body


def _with_gaps(schema: Schema) -> Schema:
    properties = {
        name: NUMBER if value == {"type": "number"} else value for name, value in schema["properties"].items()
    }
    return {**schema, "properties": properties}

"""Objects put together from parts are what they would have been in one piece."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradestream_nb.codec import JSON, MSGPACK, Codec

READ: dict[Codec, Callable[[bytes], Any]] = {JSON: msgspec.json.decode, MSGPACK: msgspec.msgpack.decode}
codecs = pytest.mark.parametrize("codec", READ, ids=["json", "msgpack"])
names = st.text(alphabet="abc", max_size=3)
values = st.none() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False) | st.text(max_size=5)
objects = st.dictionaries(names, values, max_size=40)


@codecs
@given(one=objects, other=objects)
def test_merged_objects_have_the_fields_of_both(codec: Codec, one: dict[str, Any], other: dict[str, Any]) -> None:
    other = {f"other {name}": value for name, value in other.items()}
    expected = READ[codec](codec.encode(one | other))
    assert READ[codec](codec.merge(codec.encode(one), codec.encode(other))) == expected


@codecs
@given(inner=objects)
def test_a_joined_object_is_the_one_that_would_be_written_whole(codec: Codec, inner: dict[str, Any]) -> None:
    head, tail = codec.encode({"head": 1}), codec.encode({"tail": 2})
    before, behind = codec.around(head, "inner", tail)
    joined = codec.join(before, [codec.pair(key, value) for key, value in inner.items()], behind)
    assert READ[codec](joined) == READ[codec](codec.encode({"head": 1, "inner": inner, "tail": 2}))


@codecs
@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_what_is_no_number_is_null(codec: Codec, number: float) -> None:
    assert READ[codec](codec.encode([number])) == [None]


@codecs
def test_what_cannot_be_written_is_told_as_text(codec: Codec) -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    assert READ[codec](codec.encode(deep)) == {"text": "a list that cannot be written"}
    assert READ[codec](codec.encode("a\ud800")) == "a?"


def test_an_integer_too_big_for_messagepack_is_a_float() -> None:
    assert msgspec.msgpack.decode(MSGPACK.encode({"a": [2**70, 1]})) == {"a": [float(2**70), 1]}


@pytest.mark.parametrize("depth", range(900, 1000, 3))
def test_no_depth_gets_between_writing_text_and_binary(depth: int) -> None:
    deep: list[Any] = []
    for _ in range(depth):
        deep = [deep]
    assert MSGPACK.encode(deep)

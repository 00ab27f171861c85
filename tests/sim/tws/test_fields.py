"""The text of a message."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradestream_nb.sim.tws.fields import UNSET, Fields, Malformed, WireContract, render

texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


@given(st.lists(texts, max_size=10))
def test_text_comes_through_unchanged(sent: list[str]) -> None:
    fields = Fields(render(*sent))
    assert [fields.text() for _ in sent] == sent
    with pytest.raises(Malformed, match=f"ends after {len(sent)} fields"):
        fields.text()


@given(st.floats(allow_nan=False, allow_infinity=False, max_value=1e300))
def test_numbers_come_through_unchanged(value: float) -> None:
    assert Fields(render(value)).number() == value


@given(st.integers())
def test_whole_numbers_have_no_point(value: int) -> None:
    assert render(value) == b"%d\0" % value


@pytest.mark.parametrize(
    ("field", "wire"),
    [(None, b"\0"), (True, b"1\0"), (False, b"0\0"), (100.0, b"100\0"), (0.25, b"0.25\0"), ("a\0b", b"a b\0"),
     (UNSET, b"1.7976931348623157E308\0")],
)  # fmt: skip
def test_a_value_is_written_as_tws_writes_it(field: str | float | None, wire: bytes) -> None:
    assert render(field) == wire


def test_nothing_reads_as_nought_no_or_missing() -> None:
    fields = Fields(b"\0\0\0\0")
    assert (fields.integer(), fields.number(), fields.flag(), fields.optional_number()) == (0, 0.0, False, None)


def test_a_number_that_is_not_set_is_missing() -> None:
    assert Fields(render(UNSET)).optional_number() is None


def test_a_contract_is_twelve_fields() -> None:
    fields = Fields(render(5, "ES", "FUT", "202612", 0.0, "", "50", "CME", "", "USD", "ESZ6", "ES", "next"))
    contract = fields.contract()
    assert contract == WireContract(5, "ES", "FUT", "202612", 0, "", "50", "CME", "", "USD", "ESZ6", "ES")
    assert fields.text() == "next"


@pytest.mark.parametrize("read", [Fields.integer, Fields.number])
def test_text_is_no_number(read: object) -> None:
    assert callable(read)
    with pytest.raises(Malformed, match="field 1 is 'x', not a "):
        read(Fields(b"x\0"))


def test_a_message_that_ends_too_early_says_so() -> None:
    fields = Fields(b"1\0")
    fields.skip()
    with pytest.raises(Malformed, match="ends after 1 fields"):
        fields.text()

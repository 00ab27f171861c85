"""Sets of keys, the open ones too."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tradestream_nb.keys import ALL, NONE, Keys

UNIVERSE = ("A", "B", "C", "D")
keys = st.builds(Keys, st.frozensets(st.sampled_from(UNIVERSE)), all_but=st.booleans())


def members(some: Keys) -> set[str]:
    return {name for name in UNIVERSE if name in some}


@given(keys, keys)
def test_keys_obey_the_algebra_of_sets(one: Keys, other: Keys) -> None:
    assert members(~one) == set(UNIVERSE) - members(one)
    assert members(one | other) == members(one) | members(other)
    assert members(one & other) == members(one) & members(other)
    assert members(one - other) == members(one) - members(other)


@given(keys, keys)
def test_equal_keys_are_interchangeable(one: Keys, other: Keys) -> None:
    assert ~~one == one and one | NONE == one and one & ALL == one
    assert (one == other) == (one.names == other.names and one.all_but == other.all_but)
    assert one != other or hash(one) == hash(other)


@given(keys)
def test_keys_are_false_only_when_nothing_can_be_in_them(some: Keys) -> None:
    assert bool(some) == (some != NONE)
    assert bool(some - some) is False


def test_keys_show_themselves_in_a_fixed_order() -> None:
    assert repr(Keys("BA")) == "Keys(['A', 'B'])"
    assert repr(~Keys("B")) == "Keys(['B'], all_but=True)"

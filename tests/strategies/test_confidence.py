"""Confidence is a share of the normal distribution."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradestream_nb.strategies.confidence import confidence_of


@pytest.mark.parametrize(("deviations", "share"), [(0, 0), (1, 0.6827), (2, 0.9545), (-3, 0.9973), (math.inf, 1)])
def test_the_share_is_the_one_in_the_tables(deviations: float, share: float) -> None:
    assert confidence_of(deviations) == pytest.approx(share, abs=5e-5)


@given(z=st.floats(allow_nan=False), more=st.floats(0, 10))
def test_confidence_stays_within_bounds_and_grows_with_distance(z: float, more: float) -> None:
    assert 0 <= confidence_of(z) == confidence_of(-z) <= confidence_of(abs(z) + more) <= 1

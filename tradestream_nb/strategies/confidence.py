"""How far from ordinary a move is, as a confidence from 0 to 1."""

from __future__ import annotations

import math


def confidence_of(deviations: float) -> float:
    """The share of a normal distribution that lies closer to its mean: erf(|z| / √2).

    `deviations` is z, a move in standard deviations: 1 gives 0.68, 2 gives 0.95.
    """
    return math.erf(abs(deviations) / math.sqrt(2))

"""Each execution once, corrections in place, commissions whenever they come."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tradestream_nb.clock import SECOND
from tradestream_nb.events import Fill
from tradestream_nb.sources.ibkr.ledger import Ledger

FILL = Fill("x.01", "AAPL", "BUY", 100.0, 190.5, account="DU1", order_id="7", ts=5)
PAID = msgspec.structs.replace(FILL, commission=1.25)


def revised(revision: str, price: float) -> Fill:
    return msgspec.structs.replace(FILL, exec_id=f"x.{revision}", price=price)


def test_an_execution_waits_for_its_commission_and_is_told_once() -> None:
    ledger = Ledger()
    assert ledger.executed(FILL, 0) == []
    assert ledger.commissioned("x.01", 1.25) == [PAID]
    assert ledger.due(60 * SECOND) == []


def test_a_commission_before_its_execution_is_kept_for_it() -> None:
    ledger = Ledger()
    assert ledger.commissioned("x.01", 1.25) == []
    assert ledger.executed(FILL, 0) == [PAID]


def test_without_a_commission_it_is_told_after_a_while() -> None:
    ledger = Ledger(patience=1.0)
    ledger.executed(FILL, 10 * SECOND)
    assert ledger.due(11 * SECOND - 1) == []
    assert ledger.due(11 * SECOND) == [FILL]


def test_a_late_commission_tells_the_same_execution_again_with_it() -> None:
    ledger = Ledger()
    ledger.executed(FILL, 0)
    ledger.due(SECOND)
    assert ledger.commissioned("x.01", 1.25) == [PAID]
    assert ledger.fills == [PAID]


def test_duplicates_of_either_are_dropped() -> None:
    ledger = Ledger()
    ledger.executed(FILL, 0)
    ledger.commissioned("x.01", 1.25)
    assert ledger.executed(FILL, 1) == ledger.commissioned("x.01", 1.25) == ledger.due(60 * SECOND) == []


def test_a_correction_takes_the_place_of_what_it_corrects() -> None:
    ledger = Ledger()
    ledger.executed(FILL, 0)
    ledger.commissioned("x.01", 1.25)
    assert ledger.executed(revised("02", 190.4), 1) == []
    (told,) = ledger.commissioned("x.02", 1.25)
    assert (told.exec_id, told.corrects, told.price) == ("x.02", "x.01", 190.4)
    assert ledger.fills == [told]


def test_a_correction_of_what_was_never_told_is_told_alone() -> None:
    ledger = Ledger()
    ledger.executed(FILL, 0)
    ledger.executed(revised("02", 190.4), 1)
    (told,) = ledger.due(60 * SECOND)
    assert (told.exec_id, told.corrects) == ("x.02", "")


def test_what_a_correction_has_replaced_does_not_come_back() -> None:
    ledger = Ledger()
    ledger.executed(revised("02", 190.4), 0)
    ledger.due(SECOND)
    assert ledger.executed(FILL, 2 * SECOND) == ledger.commissioned("x.01", 1.25) == []


def test_ids_without_revisions_are_executions_of_their_own() -> None:
    ledger = Ledger()
    for exec_id in ("PAPER-1", "PAPER-2", "a.b.c"):
        ledger.executed(msgspec.structs.replace(FILL, exec_id=exec_id), 0)
    assert [fill.exec_id for fill in ledger.due(SECOND)] == ["PAPER-1", "PAPER-2", "a.b.c"]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from([1, 2, 3]), st.booleans()), max_size=40))
def test_in_any_order_each_is_told_once_and_the_newest_revision_stands(arrivals: list[tuple[str, int, bool]]) -> None:
    ledger = Ledger()
    told: list[Fill] = []
    steps: list[Callable[[], list[Fill]]] = []
    for root, revision, is_execution in arrivals:
        exec_id = f"{root}.{revision:02d}"
        fill = msgspec.structs.replace(FILL, exec_id=exec_id)
        steps.append(partial(ledger.executed, fill, 0) if is_execution else partial(ledger.commissioned, exec_id, 1.0))
    for step in steps:
        told += step()
    told += ledger.due(60 * SECOND)
    newest = {root: max(r for a, r, e in arrivals if a == root and e) for root, _, e in arrivals if e}
    assert {fill.exec_id for fill in ledger.fills} == {f"{root}.{revision:02d}" for root, revision in newest.items()}
    assert len({fill.exec_id for fill in told if fill.commission is None}) == sum(f.commission is None for f in told)
    assert len({fill.exec_id for fill in told if fill.commission == 1.0}) == sum(f.commission == 1.0 for f in told)
    assert {fill.exec_id for fill in ledger.fills} <= {fill.exec_id for fill in told}

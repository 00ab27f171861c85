"""Hot swap from a notebook: what a cell defines comes into the running streams when the cell has ended."""

from __future__ import annotations

import logging
import weakref
from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING

from tradestream_nb.candidate import Proposal, propose
from tradestream_nb.cell import at_end, show
from tradestream_nb.contract import Handler, on_define, spec_of
from tradestream_nb.pipeline import Pipeline
from tradestream_nb.reach import Reach

if TYPE_CHECKING:
    from tradestream_nb.views.proposal import ProposalView

logger = logging.getLogger(__name__)


class Swaps:
    """Hears of handlers that cells define, tries them beside the running ones, and puts in those that may be.

    A cell's end is waited for, because the functions and constants below a handler are a part of it. Of several
    definitions of a name in one cell the last counts. Nothing here ever breaks the cell.
    """

    def __init__(self, pipeline: Pipeline, reach: Reach) -> None:
        self._pipeline, self._reach = pipeline, reach
        self._defined: dict[str, Handler] = {}
        self._asking: dict[str, ProposalView] = {}
        self._leave: Callable[[], object] = lambda: None

    def start(self, owner: object) -> None:
        """Listen from now on, until `stop` or until the owner is forgotten."""
        self._leave = weakref.finalize(owner, on_define(self._hear))

    def stop(self) -> None:
        """Hear nothing more; a second call changes nothing."""
        self._leave()
        self._defined.clear()

    def _hear(self, function: Handler) -> None:
        if function.__module__ != "__main__":
            return
        first = not self._defined
        self._defined[function.__name__] = function
        if first:
            at_end(self._settle)

    def _settle(self) -> None:
        defined, self._defined = self._defined, {}
        for name, function in defined.items():
            try:
                self._offer(function)
            except Exception:
                logger.exception("handler %r could not be tried; the running one stays", name)

    def _offer(self, function: Handler) -> None:
        asks = spec_of(function).swap == "ask"
        proposal = self._reach(self._try, function, not asks)
        if not (asks and proposal.ok):
            show(Verdict(proposal))
            return
        from tradestream_nb.views.proposal import ProposalView

        before = self._asking.pop(proposal.handler, None)
        if before is not None:
            before.close()
        self._asking[proposal.handler] = view = ProposalView(proposal, self._reach)
        show(view)

    def _try(self, function: Handler, at_once: bool) -> Proposal:
        """On the streams' thread in one go, so that what is put in is what was compared."""
        proposal = propose(self._pipeline.host, function)
        if proposal.ok and at_once:
            proposal.apply()
        return proposal


class Verdict:
    """What has become of a proposal that nobody was asked about; shows itself with what would have differed."""

    def __init__(self, proposal: Proposal) -> None:
        self.proposal = proposal

    def __repr__(self) -> str:
        """What was done, in one line."""
        return f"{self.proposal.handler}: {self.text}"

    @property
    def text(self) -> str:
        """What was done and why, in one sentence."""
        proposal = self.proposal
        if not proposal.ok:
            stays = "" if proposal.old_version is None else f"; {proposal.old_version} goes on"
            return f"not put in{stays}: {proposal.verdict}"
        return f"{'put in' if proposal.old_version is None else 'swapped, state kept'}: {proposal.verdict}"

    def _repr_html_(self) -> str:
        done = self.text.partition(":")[0]
        return f"{self.proposal._repr_html_()}<p><b>{escape(done)}</b></p>"

"""Hot swap from a notebook: what a cell defines comes into the running streams when the cell has ended."""

from __future__ import annotations

import logging
import weakref
from collections.abc import Callable
from contextlib import ExitStack
from html import escape
from typing import TYPE_CHECKING, Any, NamedTuple

from tradestream_nb.candidate import propose
from tradestream_nb.cell import at_end, in_notebook, show
from tradestream_nb.contract import Handler, spec_of
from tradestream_nb.definitions import on_define
from tradestream_nb.pinned import Bindings, of_notebook, uses
from tradestream_nb.pipeline import Pipeline
from tradestream_nb.proposal import Proposal
from tradestream_nb.reach import Reach

if TYPE_CHECKING:
    from tradestream_nb.views.proposal import ProposalView

logger = logging.getLogger(__name__)


class Known(NamedTuple):
    """A handler of the notebook, and what it used when it was last looked at."""

    function: Handler
    uses: Bindings
    named: Any
    """What the notebook had under its name then."""

    @classmethod
    def now(cls, function: Handler) -> Known:
        """As it would be looked at now."""
        return cls(function, uses(function), _named_like(function))

    @property
    def redefined(self) -> Handler | None:
        """The handler that the notebook has under its name since, if it is another."""
        named = _named_like(self.function)
        return named if named is not self.named and hasattr(named, "__handler__") else None

    @property
    def rebound(self) -> bool:
        """Whether the notebook has bound another thing to one of the names since."""
        now = uses(self.function)
        return now.keys() != self.uses.keys() or any(now[name] is not value for name, value in self.uses.items())


class Swaps:
    """Hears of handlers that cells define, tries them beside the running ones, and puts in those that may be.

    A cell's end is waited for, because the functions and constants below a handler are a part of it. Of several
    definitions of a name in one cell the last counts. A cell that gives a running handler another helper or constant
    has defined that handler anew, too; it is told of where that makes a difference. Nothing here ever breaks the cell.
    """

    def __init__(self, pipeline: Pipeline, reach: Reach) -> None:
        self._pipeline, self._reach = pipeline, reach
        self._defined: dict[str, Handler] = {}
        self._known: dict[str, Known] = {}
        self._asking: dict[str, ProposalView] = {}
        self._leave: Callable[[], object] = lambda: None
        for name in pipeline.host.specs:
            self._know(name, pipeline.host.slot(name).definition)

    def start(self, owner: object) -> None:
        """Listen from now on, until `stop` or until the owner is forgotten.

        A running handler that has been defined anew since the last time counts as defined by the cell that starts.
        """
        listening = ExitStack()
        listening.callback(on_define(self._hear))
        listening.callback(at_end(self._settle))
        self._leave = weakref.finalize(owner, listening.close)
        for function in filter(None, [known.redefined for known in self._known.values()]):
            self._hear(function)

    def stop(self) -> None:
        """Hear nothing more; a second call changes nothing."""
        self._leave()
        self._defined.clear()

    def _hear(self, function: Handler) -> None:
        if function.__module__ != "__main__":
            return
        self._defined[function.__name__] = function
        if not in_notebook():
            self._settle()

    def _know(self, name: str, function: Handler) -> None:
        if of_notebook(function):
            self._known[name] = Known.now(function)

    def _settle(self) -> None:
        defined, self._defined = self._defined, {}
        rebound = {name: known.function for name, known in self._known.items() if known.rebound}
        for name, function in (rebound | defined).items():
            self._know(name, function)
            try:
                self._offer(function, tell=name in defined)
            except Exception:
                logger.exception("handler %r could not be tried; the running one stays", name)

    def _offer(self, function: Handler, tell: bool) -> None:
        """Put it in, or ask; `tell` of it even where it makes no difference."""
        proposal, done = self._reach(self._try, function, tell)
        if proposal.ok and not done:
            self._ask(proposal)
        elif tell or proposal.differs:
            show(Verdict(proposal))

    def _ask(self, proposal: Proposal) -> None:
        from tradestream_nb.views.proposal import ProposalView

        before = self._asking.pop(proposal.handler, None)
        if before is not None:
            before.close()
        self._asking[proposal.handler] = view = ProposalView(proposal, self._reach)
        show(view)

    def _try(self, function: Handler, tell: bool) -> tuple[Proposal, bool]:
        """On the streams' thread in one go, so that what is put in, if it is, is what was compared."""
        proposal = propose(self._pipeline.host, function)
        asks = spec_of(function).swap == "ask" and (tell or proposal.differs)
        done = proposal.ok and not asks
        if done:
            proposal.apply()
        return proposal, done


def _named_like(function: Handler) -> Any:
    return function.__globals__.get(function.__name__)


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

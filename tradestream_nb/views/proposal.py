"""A new version of a handler that waits for a yes."""

from __future__ import annotations

from ipywidgets import Button, HBox, Label

from tradestream_nb.errors import UserError
from tradestream_nb.proposal import Proposal
from tradestream_nb.views.box import Box, Do, picture


class ProposalView(Box):
    """Shows what would differ, with a button to put the new version in and one to leave the old one."""

    def __init__(self, proposal: Proposal, do: Do) -> None:
        self.proposal, self._do = proposal, do
        self.apply_button = Button(description="Apply", button_style="primary")
        self.leave_button = Button(description="Leave")
        self.label = Label()
        buttons = HBox([self.apply_button, self.leave_button, self.label])
        super().__init__([picture(proposal._repr_html_()), buttons])
        self.apply_button.on_click(lambda _: self.apply())
        self.leave_button.on_click(lambda _: self.leave())

    def apply(self) -> None:
        """Put the new version in, or say why that is no longer possible."""
        try:
            self._do(self.proposal.apply)
        except UserError as error:
            self._decide(str(error))
        else:
            self._decide("put in" if self.proposal.old_version is None else "swapped, state kept")

    def leave(self) -> None:
        """Let the running version go on."""
        self._decide("left out" if self.proposal.old_version is None else f"{self.proposal.old_version} goes on")

    def html(self) -> str:
        """The proposal and what was decided."""
        return f"{self.proposal._repr_html_()}<p>{self.label.value or 'not decided'}</p>"

    def _decide(self, text: str) -> None:
        self.apply_button.disabled = self.leave_button.disabled = True
        self.label.value = text

    def __repr__(self) -> str:
        return repr(self.proposal)

"""Who a client is, and what that lets it do."""

from __future__ import annotations

import msgspec


class Identity(msgspec.Struct, frozen=True):
    """The holder of a token, or whoever needs none."""

    name: str
    topics: frozenset[str] | None = None
    """The topics it may read; None is every topic."""
    operate: bool = False
    """Whether it may list the clients and disconnect them."""

    def may_read(self, topic: str) -> bool:
        """Whether a topic is among those it may read."""
        return self.topics is None or topic in self.topics


LOCAL = Identity("local", operate=True)
"""A program of this machine, where no token is asked for."""
ANYONE = Identity("anyone")
"""A program of another machine, where no token is asked for."""

"""The keys that somebody reads of a topic: named ones, or all but named ones."""

from __future__ import annotations

from collections.abc import Iterable


class Keys:
    """A set of keys: the named ones, or all but the named ones."""

    __slots__ = ("all_but", "names", "_hash")

    def __init__(self, names: Iterable[str] = (), *, all_but: bool = False) -> None:
        self.names, self.all_but = frozenset(names), all_but
        self._hash = hash((self.names, all_but))

    def __contains__(self, key: object) -> bool:
        return (key in self.names) != self.all_but

    def __invert__(self) -> Keys:
        return Keys(self.names, all_but=not self.all_but)

    def __or__(self, other: Keys) -> Keys:
        return ~(~self & ~other)

    def __and__(self, other: Keys) -> Keys:
        if self.all_but and other.all_but:
            return Keys(self.names | other.names, all_but=True)
        if self.all_but or other.all_but:
            named, rest = (other, self) if self.all_but else (self, other)
            return Keys(named.names - rest.names)
        return Keys(self.names & other.names)

    def __sub__(self, other: Keys) -> Keys:
        return self & ~other

    def __bool__(self) -> bool:
        return self.all_but or bool(self.names)

    def __eq__(self, other: object) -> bool:
        return self is other or isinstance(other, Keys) and (self.names, self.all_but) == (other.names, other.all_but)

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        return f"Keys({sorted(self.names)}{', all_but=True' if self.all_but else ''})"


ALL = Keys(all_but=True)
NONE = Keys()

"""A state topic whose messages are read in parts: a portfolio by the symbols that a reader wants to see of it."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any, Protocol, runtime_checkable

from tradestream_nb.keys import ALL, Keys
from tradestream_nb.topics import SHARED, Entry, StateTopic


@runtime_checkable
class Divisible(Protocol):
    """A message of parts."""

    @property
    def positions(self) -> Mapping[str, Any]:
        """The parts by name."""

    def only(self, symbols: Container[str]) -> Any:
        """The message with these parts alone."""


class DividedTopic(StateTopic):
    """Its readers' keys name parts, the positions of a message, and not the message's own key.

    A reader of some parts is sent the message narrowed to them, once one of them is new, changed or gone. The narrowed
    message is made once for all readers of the same parts.
    """

    divided = True

    def __init__(self, name: str, *, interval: float = 0.0) -> None:
        super().__init__(name, interval=interval)
        self._moved: dict[str, dict[str, int]] = {}
        """The seq at which each part of each key last changed."""
        self._narrowed: dict[tuple[str, Keys], Entry] = {}

    def publish(self, key: str, message: Any, ts: int) -> bool:
        """Put a value in place of the key's older one; True when readers can see it now."""
        older = self._waiting.get(key) or self._values.get(key)
        was, now = _parts(older.message) if older else {}, _parts(message)
        changed = [part for part in was.keys() | now.keys() if was.get(part) != now.get(part)]
        self._moved.setdefault(key, {}).update(dict.fromkeys(changed, self._published + 1))
        return super().publish(key, message, ts)

    def _show(self, key: str, entry: Entry) -> None:
        self._narrowed.clear()
        super()._show(key, entry)

    def _changed(self, cursor: int, keys: Keys) -> list[Entry]:
        if keys == ALL or not keys:
            return super()._changed(cursor, keys)
        entries = reversed(list(self._newest(cursor)))
        return [self._narrow(e, keys) for e in entries if not cursor or self._concerns(e.key, cursor, keys)]

    def _concerns(self, key: str, cursor: int, keys: Keys) -> bool:
        return any(seq > cursor and part in keys for part, seq in self._moved[key].items())

    def _narrow(self, entry: Entry, keys: Keys) -> Entry:
        if not isinstance(entry.message, Divisible):
            return entry
        known = (entry.key, keys)
        if known not in self._narrowed:
            if len(self._narrowed) >= SHARED:
                self._narrowed.clear()
            self._narrowed[known] = Entry(entry.seq, entry.key, entry.message.only(keys), entry.ts)
        return self._narrowed[known]


def _parts(message: Any) -> Mapping[str, Any]:
    return message.positions if isinstance(message, Divisible) else {}

"""What is wanted of each channel and how far it has come: all that a new connection needs to go on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tradestream_nb.client.incoming import Answer, Fields
from tradestream_nb.client.marks import Gap, Place
from tradestream_nb.hub import STATES

REQUEST_SYMBOLS = 200
"""Symbols that a request may name where the server does not say."""


class Resume:
    """The subscription as the server last acknowledged it, with the place reached in every event channel."""

    def __init__(self) -> None:
        self.wanted: Fields = {}
        """By channel what an acknowledgement says: `"*"`, symbols, or `{"all_but": symbols}`."""
        self.rates: dict[str, float] = {}
        self.places: dict[str, Place] = {}

    def granted(self, answer: Answer) -> None:
        """Take in an acknowledgement, which always is the whole subscription."""
        self.wanted, self.rates = answer.subscriptions, answer.max_hz
        for channel, seq in answer.seq.items():
            self.reached(channel, Place(answer.epoch, seq))
        self.places = {channel: place for channel, place in self.places.items() if channel in self.wanted}

    def reached(self, channel: str, place: Place) -> None:
        """Everything of an event channel up to this place has arrived."""
        if channel not in STATES:
            self.places[channel] = place

    def forget(self, channel: str) -> None:
        """Want nothing of a channel any more."""
        for known in (self.wanted, self.rates, self.places):
            known.pop(channel, None)

    def requests(self, epoch: str, most: int = REQUEST_SYMBOLS) -> Iterator[Fields]:
        """The subscribe requests that restore it on this run of the server, none naming more than `most` symbols.

        Only the last one of a channel says from where on; whatever comes of the channel before its answer comes again.
        """
        for channel, symbols in self.wanted.items():
            rate = {"max_hz": self.rates[channel]} if channel in self.rates else {}
            parts = _parts(symbols, most)
            for part in parts[:-1]:
                yield {"type": "subscribe", "channel": channel, "symbols": part, **rate}
            yield {"type": "subscribe", "channel": channel, "symbols": parts[-1], **rate, **self._since(channel, epoch)}

    def gap(self, channel: str, answer: Answer) -> Gap | None:
        """What is lost of an event channel by the answer to the last of its requests; None when nothing is."""
        before = self.places.get(channel)
        if before is None or (answer.recovered and before.epoch == answer.epoch):
            return None
        return Gap(channel, before, Place(answer.epoch, answer.seq.get(channel, 0)))

    def _since(self, channel: str, epoch: str) -> Fields:
        """A new run of the server is read from its beginning, for all that it says is new."""
        place = self.places.get(channel)
        if place is None:
            return {}
        return {"since": {"epoch": epoch, "seq": place.seq if place.epoch == epoch else 0}}


def _parts(symbols: Any, most: int) -> list[Any]:
    if not isinstance(symbols, list) or not symbols:
        return [symbols]
    return [symbols[start : start + most] for start in range(0, len(symbols), most)]

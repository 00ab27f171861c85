"""A client of v1 against a simple model of it: nothing lost or doubled, all in order, and snapshots that are right."""

from __future__ import annotations

from itertools import count
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.server.talk import TS, Talk, price, signal
from tradestream_nb.hub import Hub
from tradestream_nb.server.limits import Limits
from tradestream_nb.server.wire.v1 import V1MsgpackProtocol, V1Protocol

SYMBOLS = ("A", "B", "C")
LIMITS = Limits(request_symbols=3, client_symbols=4, request_rate=1e6, bad_messages=10**6)
symbols = st.one_of(st.just("*"), st.lists(st.sampled_from(SYMBOLS), min_size=1, unique=True))
channels = st.sampled_from(["price_updates", "signals"])


class Wanted:
    """What is wanted of one channel: some symbols, or all but some."""

    def __init__(self, names: frozenset[str] = frozenset(), *, whole: bool = False) -> None:
        self.names, self.whole = names, whole

    def __contains__(self, symbol: str) -> bool:
        return (symbol in self.names) != self.whole

    def told(self) -> Any:
        if not self.whole:
            return sorted(self.names)
        return {"all_but": sorted(self.names)} if self.names else "*"

    def after(self, kind: str, symbols: Any) -> Wanted:
        named = frozenset() if symbols == "*" else frozenset(symbols)
        if symbols == "*":
            return Wanted(whole=kind == "subscribe")
        if kind == "unsubscribe":
            return Wanted(self.names | named if self.whole else self.names - named, whole=self.whole)
        if self.whole and not named <= self.names:
            return Wanted(named)
        return Wanted(self.names - named if self.whole else self.names | named, whole=self.whole)


class Model(RuleBasedStateMachine):
    """One client, over connections and runs of the server."""

    mode: type[V1Protocol] = V1Protocol

    def __init__(self) -> None:
        super().__init__()
        self.epochs, self.numbers = count(1), count(1)
        self.wanted = {"price_updates": Wanted(), "signals": Wanted()}
        self.start()

    def start(self) -> None:
        """A server begins, and the client is connected to it."""
        self.hub = Hub(epoch=f"e{next(self.epochs)}")
        self.prices: dict[str, int] = {}
        self.signals: list[str] = []
        self.connect()

    def connect(self) -> None:
        """The client has nothing yet on a new connection."""
        self.client = Talk(self.mode, self.hub, limits=LIMITS)
        self.seen: dict[str, int] = {}
        self.due: list[int] = []
        self.place = 0

    @rule(symbol=st.sampled_from(SYMBOLS))
    def publish_price(self, symbol: str) -> None:
        self.prices[symbol] = next(self.numbers)
        self.hub.publish("price_updates", price(symbol, float(self.prices[symbol])), TS)

    @rule(symbol=st.sampled_from(SYMBOLS))
    def publish_signal(self, symbol: str) -> None:
        self.signals.append(symbol)
        self.due += [len(self.signals)] if symbol in self.wanted["signals"] else []
        self.hub.publish("signals", signal(symbol), TS)

    @rule(kind=st.sampled_from(["subscribe", "unsubscribe"]), channel=channels, symbols=symbols)
    def change(self, kind: str, channel: str, symbols: Any) -> None:
        after = self.wanted | {channel: self.wanted[channel].after(kind, symbols)}
        answer = self.client.ask(type=kind, channel=channel, symbols=symbols, id=7)
        assert answer["id"] == 7
        if sum(len(wanted.names) for wanted in after.values()) > LIMITS.client_symbols:
            assert (answer["type"], answer["code"]) == ("error", "limit_exceeded")
            return
        self.want(after)
        self.acknowledged(answer)

    @rule(hz=st.sampled_from([0, 1, 4]))
    def configure(self, hz: int) -> None:
        if self.wanted["price_updates"].told():
            answer = self.client.ask(type="configure", channel="price", max_hz=hz)
            assert answer["max_hz"] == ({"price_updates": hz} if hz else {})

    @rule(seconds=st.sampled_from([0.1, 0.5, 2.0]))
    def wait(self, seconds: float) -> None:
        self.client.clock += seconds

    @rule()
    def hear(self) -> None:
        messages = self.client.hear()
        self.hear_prices([message for message in messages if message["channel"] == "price_updates"])
        seqs = [message["seq"] for message in messages if message["channel"] == "signals"]
        assert seqs == self.due, "a signal was lost, doubled or out of order"
        self.due, self.place = [], max([self.place, *seqs])

    @rule()
    def lose_the_connection(self) -> None:
        wanted, place = self.wanted["signals"], self.place
        self.connect()
        self.come_back({"epoch": self.hub.epoch, "seq": place}, recovered=True)
        self.due = [seq for seq, symbol in enumerate(self.signals, 1) if seq > place and symbol in wanted]

    @rule()
    def find_a_new_server(self) -> None:
        since = {"epoch": self.hub.epoch, "seq": self.place}
        self.start()
        self.come_back(since, recovered=False)

    def come_back(self, since: dict[str, Any], *, recovered: bool) -> None:
        for channel, each in self.wanted.items():
            if each.told():
                answer = self.client.ask(type="subscribe", channel=channel, symbols=each.told(), since=since)
                assert answer["recovered"] is recovered
                self.acknowledged(answer)

    def want(self, after: dict[str, Wanted]) -> None:
        self.wanted = after
        self.seen = {symbol: value for symbol, value in self.seen.items() if symbol in after["price_updates"]}
        self.due = [seq for seq in self.due if self.signals[seq - 1] in after["signals"]]

    def acknowledged(self, answer: dict[str, Any]) -> None:
        """The place in an answer is the client's own, for nothing before it is still to come."""
        place = answer["seq"].get("signals", 0)
        assert all(seq > place for seq in self.due)
        self.place = max(self.place, place)

    def hear_prices(self, messages: list[dict[str, Any]]) -> None:
        snapshots = [message.get("snapshot", False) for message in messages]
        assert snapshots == sorted(snapshots, reverse=True), "a snapshot after an update"
        heard = [(symbol, int(line["price"])) for message in messages for symbol, line in message["symbols"].items()]
        for symbol, value in heard:
            assert symbol in self.wanted["price_updates"]
            assert value > self.seen.get(symbol, 0), "a price again, or an older one after a newer one"
            self.seen[symbol] = value
        if self.client.protocol.due is None:
            assert self.seen == {s: value for s, value in self.prices.items() if s in self.wanted["price_updates"]}

    @invariant()
    def the_client_is_told_what_it_wants(self) -> None:
        answer = self.client.ask(type="list")
        told = {channel: wanted.told() for channel, wanted in self.wanted.items() if wanted.told()}
        assert answer["subscriptions"] == told
        self.acknowledged(answer)


class PackedModel(Model):
    """The same in MessagePack."""

    mode = V1MsgpackProtocol


for machine, examples in ((Model, 150), (PackedModel, 30)):
    machine.TestCase.settings = settings(max_examples=examples, stateful_step_count=40, deadline=None)
TestAClient = Model.TestCase
TestAClientInMessagePack = PackedModel.TestCase

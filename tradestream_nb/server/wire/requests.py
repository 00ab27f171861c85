"""What clients may say, in both modes."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, UnsetType

from tradestream_nb.keys import ALL, Keys


def _about(text: str) -> msgspec.Meta:
    return msgspec.Meta(description=text)


PACE = _about("The most messages a second of state channels; 0 or null for every change.")


class AllBut(msgspec.Struct, frozen=True):
    """Every symbol but these."""

    all_but: list[str]


class Since(msgspec.Struct, frozen=True):
    """Where a client that comes back had got to; `seq` is by channel, or one number for a single channel."""

    epoch: str
    seq: int | dict[str, int]

    def of(self, topic: str) -> int | None:
        """The seq for one topic, None where none was given."""
        return self.seq.get(topic) if isinstance(self.seq, dict) else self.seq


class Request(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """A client's message; fields that are not known are ignored."""

    @classmethod
    def kind(cls) -> str:
        """Its `type` on the wire."""
        return str(cls.__struct_config__.tag)


class Identified(Request, frozen=True, kw_only=True):
    """A message of v1, which may have an id that its answer gives back."""

    id: int | str | UnsetType = UNSET


class Auth(Identified, frozen=True, kw_only=True, tag="auth"):
    """Say who one is."""

    token: str


class Ping(Identified, frozen=True, kw_only=True, tag="ping"):
    """Ask for a `pong`, which gives back `t`."""

    t: int | float | str | UnsetType = UNSET


class List(Identified, frozen=True, kw_only=True, tag="list"):
    """Ask what is subscribed."""


class ChannelRequest(Identified, frozen=True, kw_only=True):
    """A request about channels, `"*"` for all."""

    channel: str | None = None
    channels: list[str] | None = None


class SymbolRequest(ChannelRequest, frozen=True, kw_only=True):
    """A request about symbols of channels; streams for `health`. All where none are named."""

    symbols: list[str] | Literal["*"] | AllBut | None = None


class Subscribe(SymbolRequest, frozen=True, kw_only=True, tag="subscribe"):
    """Want symbols of channels as well; symbols that are named narrow a channel that was whole."""

    max_hz: Annotated[float | None | UnsetType, PACE] = UNSET
    since: Annotated[
        Since | None, _about("Event channels go on after this place, with all symbols they have then.")
    ] = None
    history: Annotated[
        int, msgspec.Meta(ge=0, description="The last messages of symbols that are new, of event channels not resumed.")
    ] = 0


class Unsubscribe(SymbolRequest, frozen=True, kw_only=True, tag="unsubscribe"):
    """Want symbols of channels no longer, or the channels."""


class Configure(ChannelRequest, frozen=True, kw_only=True, tag="configure"):
    """Change the pace of state channels, of all that are subscribed where none are named."""

    max_hz: Annotated[float | None, PACE]


class LegacyPing(Request, frozen=True, tag="ping"):
    """Ask for a `pong`."""


class LegacySymbolRequest(Request, frozen=True, kw_only=True):
    """A request about symbols of a channel, all where none are named."""

    channel: str | None = None
    symbols: list[str] | Literal["*"] | None = None


class LegacySubscribe(LegacySymbolRequest, frozen=True, kw_only=True, tag="subscribe"):
    """Want symbols of a channel; the first that are named narrow it."""


class LegacyUnsubscribe(LegacySymbolRequest, frozen=True, kw_only=True, tag="unsubscribe"):
    """Want symbols of a channel no longer, or the channel."""


class LegacyAuth(Request, frozen=True, kw_only=True, tag="auth"):
    """Say who one is."""

    token: str


V1_REQUESTS: tuple[type[Request], ...] = (Auth, Ping, List, Subscribe, Unsubscribe, Configure)
LEGACY_REQUESTS: tuple[type[Request], ...] = (LegacyAuth, LegacyPing, LegacySubscribe, LegacyUnsubscribe)


def id_of(request: Request) -> int | str | UnsetType:
    """A request's id, where it has one."""
    return request.id if isinstance(request, Identified) else UNSET


def symbols_of(keys: Keys) -> list[str] | Literal["*"] | AllBut:
    """Keys as a request or an answer writes them; `keys_of` the other way round."""
    if keys == ALL:
        return "*"
    return AllBut(sorted(keys.names)) if keys.all_but else sorted(keys.names)


def keys_of(symbols: list[str] | str | AllBut | None) -> Keys:
    """The keys that a request is about: symbols, or streams of `health`; all where none are named."""
    if isinstance(symbols, AllBut):
        return Keys(symbols.all_but, all_but=True)
    return ALL if not symbols or "*" in symbols else Keys(symbols)

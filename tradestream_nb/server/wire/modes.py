"""Which protocol is spoken with a client, by what it offered in its handshake."""

from __future__ import annotations

from tradestream_nb.server.door.admission import Admission
from tradestream_nb.server.door.identity import Identity
from tradestream_nb.server.wire.closing import VERSION
from tradestream_nb.server.wire.legacy import LegacyProtocol
from tradestream_nb.server.wire.protocol import Protocol
from tradestream_nb.server.wire.v1 import V1MsgpackProtocol, V1Protocol

MODES: dict[tuple[str, str], type[Protocol]] = {
    ("legacy", "json"): LegacyProtocol,
    ("v1", "json"): V1Protocol,
    ("v1", "msgpack"): V1MsgpackProtocol,
}


class UnknownVersion(LegacyProtocol):
    """Of a client that offered no version that there is: closed before anything is said."""

    def opened(self) -> list[bytes]:
        """Nothing; it is closed."""
        self.ended = VERSION, "offer tradestream.v1.json or tradestream.v1.msgpack"
        return []

    def admitted(self, identity: Identity) -> list[bytes]:
        """Nothing; it is closed."""
        return []


def mode_of(admission: Admission) -> type[Protocol]:
    """The protocol for a client that was let in."""
    return MODES.get((admission.mode, admission.codec), UnknownVersion)

"""The hub behind a WebSocket: protocol, connections and pages."""

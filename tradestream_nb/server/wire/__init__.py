"""What is said on a WebSocket, and what is answered; no socket."""

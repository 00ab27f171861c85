"""How long a test waits for what takes a moment unless something is broken."""

from __future__ import annotations

PATIENCE = 60.0
"""Seconds; a busy machine needs some, and a wait ends as soon as it may."""

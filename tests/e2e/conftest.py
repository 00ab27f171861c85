"""An eye on every frame that a client hears."""

from __future__ import annotations

from tests.server.frame_checks import every_frame_heard_is_as_published

__all__ = ["every_frame_heard_is_as_published"]

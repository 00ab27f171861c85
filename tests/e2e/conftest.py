"""An eye on every frame that a client hears, or a page."""

from __future__ import annotations

from tests.page_checks import overheard
from tests.server.frame_checks import every_frame_heard_is_as_published

__all__ = ["every_frame_heard_is_as_published", "overheard"]

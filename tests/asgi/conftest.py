"""An eye on every frame that goes out, or that a page hears."""

from __future__ import annotations

from tests.page_checks import overheard
from tests.server.frame_checks import every_frame_is_as_published

__all__ = ["every_frame_is_as_published", "overheard"]

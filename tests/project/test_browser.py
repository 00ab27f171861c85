"""The browser that the browser tests run in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import browser


async def test_a_page_opens_in_it() -> None:
    async with browser.open_browser() as chromium:
        page = await chromium.new_page()
        await page.set_content("<title>prices</title>")
        assert await page.title() == "prices"


def test_playwrights_own_is_preferred_to_an_installed_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "chrome"
    own.touch()
    monkeypatch.setattr(browser, "_own", lambda: str(own))
    assert browser.executable() == str(own)


def test_without_any_the_error_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "_own", lambda: str(tmp_path / "chrome"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(browser.BrowserMissing, match="install chromium"):
        browser.executable()

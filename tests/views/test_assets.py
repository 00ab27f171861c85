"""The built browser code."""

from __future__ import annotations

from pathlib import Path

import pytest

from tradestream_nb.errors import UserError
from tradestream_nb.views import assets


def test_a_built_file_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(assets, "STATIC", tmp_path)
    (tmp_path / "here.js").write_text("export default {}", encoding="utf-8")
    assert assets.asset("here.js") == "export default {}"


def test_a_file_that_was_not_built_says_how_to_build_it() -> None:
    with pytest.raises(UserError, match=r"missing\.js has not been built; run `pip install -e \.`"):
        assets.asset("missing.js")

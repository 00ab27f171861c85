"""`tradestream serve`: its options and its errors."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import trustme
from msgspec.structs import asdict

from tests.cli.commands import BAD, GOOD, invoke, options, write_handlers
from tradestream_nb import logs
from tradestream_nb.cli import serve
from tradestream_nb.server.door.access import Access
from tradestream_nb.server.limits import Limits

SECRET = "0123456789abcdef"
FLAGS = ("--insecure", "--auto-trade", "--compress", "--allow-query-token")


class Spy:
    """Stands where the server would start and keeps what it is started with."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seen: dict[str, Any] = {}
        monkeypatch.setattr(serve, "StreamManager", self.manager)
        monkeypatch.setattr(serve, "Runner", self.runner)
        monkeypatch.setattr(serve, "serve_until_stopped", self.serve)
        monkeypatch.setattr(logs, "set_up", self.log)

    def manager(self, source: Any, handlers: list[Any], **options: Any) -> None:
        self.seen |= options | {"source": source.options, "handlers": [handler.__name__ for handler in handlers]}

    def runner(self, manager: Any, access: Access, limits: Limits, compress: bool) -> None:
        self.seen |= asdict(access) | {
            "tokens": access.tokens and access.tokens.identify(SECRET),
            "tls": access.tls is not None,
            "limits": limits,
            "compress": compress,
        }

    async def serve(self, runner: Any, host: str, port: int, *, announce: Callable[[int], None], **more: bool) -> None:
        announce(port)
        self.seen |= {"host": host, "port": port} | more

    def log(self, style: str) -> None:
        self.seen["log_format"] = style


@pytest.fixture
def spy(monkeypatch: pytest.MonkeyPatch) -> Spy:
    return Spy(monkeypatch)


@pytest.fixture
def certificate(folder: Path) -> Path:
    """A folder with a certificate, its key, and both in one file."""
    issued = trustme.CA().issue_cert("desk.example")
    issued.private_key_pem.write_to_path(str(folder / "key.pem"))
    issued.cert_chain_pems[0].write_to_path(str(folder / "certificate.pem"))
    issued.private_key_and_cert_chain_pem.write_to_path(str(folder / "both.pem"))
    return folder


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--source", "sim?seed=11"),
        ("--handlers", "elsewhere"),
        ("--set", "mine.size=2"),
        ("--host", "::1"),
        ("--port", "9999"),
        ("--insecure", "1"),
        ("--price-interval", "0.5"),
        ("--portfolio-interval", "7"),
        ("--max-connections", "3"),
        ("--auto-trade", "true"),
        ("--limit", "request_rate=50"),
        ("--compress", "1"),
        ("--log-format", "json"),
        ("--token", f"desk={SECRET}:read"),
        ("--tokens", "tokens.toml"),
        ("--allow-host", "desk.example"),
        ("--allow-origin", "https://desk.example"),
        ("--allow-query-token", "1"),
        ("--certfile", "both.pem"),
        ("--keyfile", "key.pem"),
    ],
)
def test_every_option_can_be_given_by_environment(spy: Spy, certificate: Path, option: str, value: str) -> None:
    folder = certificate
    (folder / "elsewhere").mkdir()
    (folder / "elsewhere" / "mine.py").write_text(GOOD)
    (folder / "tokens.toml").write_text(f'[desk]\nsecret = "{SECRET}"\n')
    with_it = ["--certfile", "certificate.pem"] if option == "--keyfile" else []
    invoke("serve")
    usual, spy.seen = spy.seen, {}
    result = invoke("serve", *with_it, option, *([] if option in FLAGS else [value]))
    given, spy.seen = spy.seen, {}
    assert result.exit_code == 0
    assert given != usual
    invoke("serve", *with_it, env={"TRADESTREAM_" + option[2:].upper().replace("-", "_"): value})
    assert spy.seen == given


def test_every_option_of_serve_is_tried_above() -> None:
    (mark,) = [m for m in test_every_option_can_be_given_by_environment.pytestmark if m.name == "parametrize"]  # type: ignore[attr-defined]
    tried = {option for option, _ in mark.args[1]}
    assert tried == {option.opts[0] for option in options("serve")}


def test_it_says_where_it_listens(spy: Spy) -> None:
    assert invoke("serve", "--port", "9999").stdout.splitlines() == [
        "dashboard  http://127.0.0.1:9999/",
        "websocket  ws://127.0.0.1:9999/ws",
        "stop with Ctrl-C",
    ]
    assert "http://[::1]:8765/" in invoke("serve", "--host", "::1").stdout


def test_with_a_certificate_it_says_so_in_the_addresses(spy: Spy, certificate: Path) -> None:
    dashboard, websocket, _ = invoke("serve", "--certfile", "both.pem").stdout.splitlines()
    assert (dashboard, websocket) == ("dashboard  https://127.0.0.1:8765/", "websocket  wss://127.0.0.1:8765/ws")


def test_handlers_beside_it_are_taken_before_the_standard_ones(spy: Spy, folder: Path) -> None:
    invoke("serve")
    assert set(spy.seen["handlers"]) == {"price_updates", "signals", "portfolio", "trades"}
    (folder / "handlers").mkdir()
    (folder / "handlers" / "mine.py").write_text(GOOD)
    invoke("serve")
    assert spy.seen["handlers"] == ["mine"]


def write_bad_csv(folder: Path) -> None:
    rows = ("timestamp,symbol,open,high,low,close", "2026-01-05,A,1,2,1,2", "2026-01-06,A,1,x,1,2")
    (folder / "bad.csv").write_text("\n".join(rows))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--source", "simm"], "unknown source 'simm'; known: "),
        (["--source", "sim?speed=7"], "sim: unknown option 'speed'; options: seed, symbols, "),
        (["--source", "sim?seed=x"], "sim: seed=x does not fit; seed is a whole number"),
        (["--source", "replay"], "replay needs a file"),
        (["--source", "replay:gone.csv"], "gone.csv: there is no such file"),
        (["--source", "replay:bad.csv"], "bad.csv, row 3, column 'high': 'x' is not a number"),
        (["--handlers", "gone"], "gone is not a folder; name one of handler files, or none for the usual "),
        (["--handlers", "."], ". holds no handler files (*.py); name one of handler files, or none for "),
        (["--set", "nobody.size=1"], "there is no handler 'nobody'; there are portfolio, "),
        (["--set", "signals.size=1"], "handler 'signals' has no parameter 'size'; it has min_confidence"),
        (["--set", "signals.min_confidence=much"], "signals.min_confidence = 'much': Expected `float`"),
        (["--set", "signals"], "--set 'signals' is not HANDLER.PARAMETER=VALUE"),
        (["--token", "short"], "the token 'token' needs 16 characters or more; make one with: tradestream token"),
        (
            ["--token", f"desk={SECRET}:prices"],
            "the token 'desk' asks for 'prices', which is no scope; there are price_",
        ),
        (["--tokens", "gone.toml"], "gone.toml: no such file or directory"),
        (["--limit", "speed=9"], "--limit 'speed=9' is not NAME=VALUE; names are "),
        (["--allow-host", "http://desk"], "--allow-host 'http://desk' is not a host name without port"),
        (["--allow-origin", "desk"], "--allow-origin 'desk' is not an origin, as in https://desk.example.com"),
        (["--certfile", "gone.pem"], "gone.pem: no such file or directory"),
        (["--certfile", "bad.csv"], "bad.csv holds no certificate with its private key in PEM"),
        (["--keyfile", "key.pem"], "--keyfile key.pem is of no use alone; add the certificate with --certfile"),
        (["--host", "0.0.0.0"], "0.0.0.0 can be reached from other machines and asks for no token; give it one with"),
    ],
)
def test_a_mistake_is_told_in_one_line_with_exit_code_2(folder: Path, arguments: list[str], message: str) -> None:
    write_bad_csv(folder)
    result = invoke("serve", *arguments)
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"Error: {message}")
    assert (result.exit_code, result.stdout) == (2, "")
    assert SECRET not in line


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (BAD, "handlers/mine.py:4: handler 'yours' takes (event) or (event, state)"),
        ("\nimport nothing_of_that_name\n", "handlers/mine.py:2: ModuleNotFoundError"),
        ("x = 1\ndef broken(:\n", "handlers/mine.py:2: invalid syntax"),
        ("\n\nraise ValueError('two\\nlines')\n", "handlers/mine.py:3: ValueError: two lines"),
        ("x = 1\n", "handlers/mine.py:1: no function here is marked with @handler"),
    ],
)
def test_a_handler_with_an_error_is_named_with_file_and_line(folder: Path, text: str, message: str) -> None:
    write_handlers(folder, text)
    result = invoke("serve")
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"Error: {message}")
    assert result.exit_code == 2

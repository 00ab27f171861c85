"""Certificates, good and bad, and what is spoken with one."""

from __future__ import annotations

import json
import ssl
from pathlib import Path

import pytest
import trustme
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from websockets.asyncio.client import connect

from tests.server.raw import get
from tests.server.watched import watched
from tradestream_nb.errors import ServeError
from tradestream_nb.server.door.access import Access
from tradestream_nb.server.door.tls import tls_context


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def folder(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files of a certificate for this machine, its key, both, and a key that is another's."""
    folder = tmp_path_factory.mktemp("tls")
    issued, other = authority.issue_cert("127.0.0.1", "localhost"), authority.issue_cert("other.example")
    for name, blob in {
        "key.pem": issued.private_key_pem,
        "certificate.pem": issued.cert_chain_pems[0],
        "both.pem": issued.private_key_and_cert_chain_pem,
        "other.pem": other.private_key_pem,
    }.items():
        blob.write_to_path(str(folder / name))
    (folder / "empty.pem").write_text("")
    return folder


@pytest.mark.parametrize("names", [("both.pem",), ("certificate.pem", "key.pem")])
async def test_with_a_certificate_everything_is_encrypted(
    authority: trustme.CA, folder: Path, names: tuple[str, ...]
) -> None:
    certfile, keyfile = [*(folder / name for name in names), None][:2]
    assert certfile is not None
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    async with watched(Access(tls=tls_context(certfile, keyfile))) as server:
        async with connect(f"wss://localhost:{server.port}/ws", ssl=trusting) as ws:
            await ws.send('{"type":"ping"}')
            assert json.loads(await ws.recv())["type"] == "pong"
            assert ws.transport.get_extra_info("ssl_object").version() == "TLSv1.3"
        with pytest.raises((OSError, IndexError)):
            await get(server.port, "/healthz")


async def test_old_versions_of_tls_are_not_spoken(folder: Path) -> None:
    context = tls_context(folder / "both.pem", None)
    assert context is not None
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2


@pytest.mark.parametrize(
    ("certfile", "keyfile", "problem"),
    [
        ("gone.pem", None, "gone.pem: no such file or directory"),
        ("both.pem", "gone.pem", "gone.pem: no such file or directory"),
        (".", None, "is a directory"),
        ("empty.pem", None, "empty.pem holds no certificate with its private key in PEM; name the key with --keyfile"),
        ("certificate.pem", None, "certificate.pem holds no certificate with its private key in PEM"),
        ("certificate.pem", "empty.pem", "are not a certificate and its private key in PEM"),
        ("certificate.pem", "other.pem", "the key in .*other.pem is not that of the certificate in .*certificate.pem"),
        ("certificate.pem", "locked.pem", "the key in .*locked.pem is encrypted; decrypt it with: openssl pkey"),
        (None, "key.pem", "--keyfile .*key.pem is of no use alone"),
    ],
)
def test_files_that_do_not_fit_are_told_in_one_line(
    folder: Path, certfile: str | None, keyfile: str | None, problem: str
) -> None:
    (folder / "locked.pem").write_bytes(locked((folder / "key.pem").read_bytes()))
    with pytest.raises(ServeError, match=problem) as refused:
        tls_context(certfile and folder / certfile, keyfile and folder / keyfile)  # type: ignore[arg-type]
    assert "\n" not in str(refused.value)


def locked(key: bytes) -> bytes:
    """The same key behind a password."""
    private, password = load_pem_private_key(key, None), BestAvailableEncryption(b"password")
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, password)


def test_without_files_nothing_is_encrypted() -> None:
    assert tls_context(None, None) is None
